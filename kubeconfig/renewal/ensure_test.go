package renewal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	applyv1 "k8s.io/client-go/applyconfigurations/core/v1"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/internal/clustertest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// ensure ensures the target, and wants the action.
func ensure(t *testing.T, c *clustertest.Cluster, target renewal.Target, opts renewal.Options, want renewal.Action) renewal.Result {
	t.Helper()
	result, err := renewal.Ensure(t.Context(), c, target, opts)
	if err != nil {
		t.Fatal(err)
	}
	if result.Action != want {
		t.Fatalf("the Secret was %s (%s), want %s", result.Action, result.Reason, want)
	}
	return result
}

func TestEnsureSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca := clustertest.CASecret()
		c, target := clustertest.New(ca), secretTarget("dev-team")
		start := time.Now()

		result := ensure(t, c, target, renewal.Options{}, renewal.Created)
		if got, want := result.Expires, kubeconfig.ExpiryAt(start.Add(time.Hour).UTC()); got != want {
			t.Errorf("expires %s, want %s", got, want)
		}
		if age := result.Next.Sub(start); age < 36*time.Minute || age > 42*time.Minute {
			t.Errorf("to be renewed after %s, want 60 to 70 %% of an hour", age)
		}

		secret := secretOf(t, c, target)
		report := kubeconfig.ReadSecret(secret, "kubeconfig")
		if problems := report.Problems(time.Now(), time.Minute); len(problems) > 0 {
			t.Errorf("problems: %v", problems)
		}
		if got, want := report.Server, target.Access.Proxy; got != want {
			t.Errorf("server %s, want %s", got, want)
		}
		if got, want := report.Account.String(), "dev-team/gitops-reconciler"; got != want {
			t.Errorf("account %s, want %s", got, want)
		}
		owner := []metav1.OwnerReference{{APIVersion: "v1", Kind: "ServiceAccount", Name: "gitops-reconciler", UID: "uid-of-gitops-reconciler"}}
		if diff := cmp.Diff(owner, secret.OwnerReferences); diff != "" {
			t.Errorf("owners (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(target.Labels, secret.Labels); diff != "" {
			t.Errorf("labels (-want +got):\n%s", diff)
		}
		if got := secret.ManagedFields[0].Manager; got != "fluxcapsule" {
			t.Errorf("field manager %q", got)
		}

		// Nothing is written until the token is due.
		writes := c.Writes()
		for time.Now().Add(time.Minute).Before(result.Next) {
			again := ensure(t, c, target, renewal.Options{}, renewal.Unchanged)
			if !again.Next.Equal(result.Next) || again.Expires != result.Expires {
				t.Fatalf("came back with another renewal: %v, want %v", again.Next, result.Next)
			}
			time.Sleep(time.Minute)
		}
		if c.Writes() != writes {
			t.Error("something was written although nothing had changed")
		}
		time.Sleep(2 * time.Minute)
		if got := ensure(t, c, target, renewal.Options{}, renewal.Updated); got.Reason != "the token is due for renewal" {
			t.Errorf("renewed because %s", got.Reason)
		}
	})
}

// TestEnsureCorrects: every fault of a Secret is corrected.
func TestEnsureCorrects(t *testing.T) {
	tests := map[string]struct {
		change func(*corev1.Secret, *renewal.Target, *renewal.Options, *clustertest.Cluster)
		reason string
	}{
		"the CA was rotated": {func(_ *corev1.Secret, _ *renewal.Target, _ *renewal.Options, c *clustertest.Cluster) {
			if err := c.Tracker().Update(corev1.SchemeGroupVersion.WithResource("secrets"), clustertest.CASecret(), "capsule-system"); err != nil {
				t.Error(err)
			}
		}, "its server, CA or names were others"},
		"another server": {func(_ *corev1.Secret, t *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			t.Access.Proxy = "https://proxy.example.com"
		}, "its server, CA or names were others"},
		"another audience": {func(_ *corev1.Secret, t *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			t.Access.Audiences = []string{"a"}
		}, "its token had other audiences"},
		"a new label": {func(_ *corev1.Secret, t *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			t.Labels = map[string]string{"a": "b"}
		}, "a label or annotation was missing"},
		"a shorter lifetime": {func(_ *corev1.Secret, _ *renewal.Target, o *renewal.Options, _ *clustertest.Cluster) {
			o.Lifetime = 10 * time.Minute
		}, "the token lives longer than asked for"},
		"an emptied Secret": {func(s *corev1.Secret, _ *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) { s.Data = nil }, "it held no token"},
		"a token that expired": {func(s *corev1.Secret, _ *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			withToken(s, map[string]any{"iat": time.Now().Unix() - 3600, "exp": time.Now().Unix() - 1})
		}, "the token has expired"},
		"a token without expiry": {func(s *corev1.Secret, _ *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			withToken(s, map[string]any{"iat": time.Now().Unix()})
		}, "the token never expires"},
		"a token without iat": {func(s *corev1.Secret, _ *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			withToken(s, map[string]any{"exp": time.Now().Unix() + 3600})
		}, "the token does not say when it was issued"},
		"another account's token": {func(s *corev1.Secret, _ *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			withToken(s, map[string]any{"sub": "system:serviceaccount:other:gitops-reconciler"})
		}, "its token was not one of the account"},
		"a truncated token": {func(s *corev1.Secret, _ *renewal.Target, _ *renewal.Options, _ *clustertest.Cluster) {
			s.Data["kubeconfig"] = []byte(strings.Replace(string(s.Data["kubeconfig"]), ".hunter2", "", 1))
		}, "its token was not one of the account"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, target, opts := clustertest.New(clustertest.CASecret()), secretTarget("dev-team"), renewal.Options{Force: true}
				ensure(t, c, target, opts, renewal.Created)
				secret := secretOf(t, c, target)
				test.change(secret, &target, &opts, c)
				if _, err := c.CoreV1().Secrets("dev-team").Update(t.Context(), secret, metav1.UpdateOptions{FieldManager: "vandal"}); err != nil {
					t.Fatal(err)
				}
				if got := ensure(t, c, target, opts, renewal.Updated); got.Reason != test.reason {
					t.Errorf("because %s, want because %s", got.Reason, test.reason)
				}
				report := kubeconfig.ReadSecret(secretOf(t, c, target), "kubeconfig")
				if problems := report.Problems(time.Now(), 5*time.Minute); len(problems) > 0 {
					t.Errorf("it is not well afterwards: %v", problems)
				}
				ensure(t, c, target, opts, renewal.Unchanged)
			})
		})
	}
}

// withToken puts another token into the kubeconfig.
func withToken(s *corev1.Secret, claims map[string]any) {
	if claims["sub"] == nil {
		claims["sub"] = "system:serviceaccount:dev-team:gitops-reconciler"
	}
	config, err := clientcmd.Load(s.Data["kubeconfig"])
	if err != nil {
		panic(err)
	}
	config.AuthInfos["dev-team/gitops-reconciler"].Token = string(clustertest.Token(claims))
	if s.Data["kubeconfig"], err = clientcmd.Write(*config); err != nil {
		panic(err)
	}
}

func TestEnsureConfigMap(t *testing.T) {
	c, target := clustertest.New(clustertest.CASecret()), tokenlessTarget("dev-team")
	ensure(t, c, target, renewal.Options{}, renewal.Created)
	cm, err := c.CoreV1().ConfigMaps("dev-team").Get(t.Context(), "gitops-reconciler-kubeconfig", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if problems := kubeconfig.ReadConfigMap(cm).Problems(time.Now(), 0); len(problems) > 0 {
		t.Error(problems)
	}
	if c.Issued() > 0 {
		t.Error("tokenless access requested a token")
	}
	writes := c.Writes()
	if result := ensure(t, c, target, renewal.Options{}, renewal.Unchanged); !result.Expires.Never() || !result.Next.IsZero() {
		t.Errorf("a ConfigMap does not expire, got %+v", result)
	}
	if c.Writes() != writes {
		t.Error("something was written although nothing had changed")
	}
	if err := c.Tracker().Update(corev1.SchemeGroupVersion.WithResource("secrets"), clustertest.CASecret(), "capsule-system"); err != nil {
		t.Fatal(err)
	}
	ensure(t, c, target, renewal.Options{}, renewal.Updated)
}

func TestEnsureTokenSecret(t *testing.T) {
	target := secretTarget("dev-team")
	target.TokenSecret = "gitops-reconciler-token"
	c := clustertest.New(clustertest.CASecret())
	_, err := renewal.Ensure(t.Context(), c, target, renewal.Options{})
	if !apierrors.IsNotFound(err) || !strings.Contains(err.Error(), "Secret dev-team/gitops-reconciler-token") {
		t.Errorf("got %v, want not found, with the name of what was looked for", err)
	}

	tokenSecret, err := kubeconfig.NeverExpiringTokenSecret(
		metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-token"}, "gitops-reconciler")
	if err != nil {
		t.Fatal(err)
	}
	store := func(jti string) {
		tokenSecret.Data = map[string][]byte{"token": []byte(clustertest.Token(map[string]any{"sub": "system:serviceaccount:dev-team:gitops-reconciler", "jti": jti}))}
		if err := c.Tracker().Update(corev1.SchemeGroupVersion.WithResource("secrets"), tokenSecret, "dev-team"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Tracker().Add(tokenSecret); err != nil {
		t.Fatal(err)
	}
	store("a")
	if result := ensure(t, c, target, renewal.Options{}, renewal.Created); !result.Expires.Never() || !result.Next.IsZero() {
		t.Errorf("expires %s, next %s, want never", result.Expires, result.Next)
	}
	ensure(t, c, target, renewal.Options{}, renewal.Unchanged)
	store("b")
	ensure(t, c, target, renewal.Options{}, renewal.Updated)
	if c.Issued() > 0 {
		t.Error("a token was requested")
	}

	// Back to requested tokens: the token that never expires is replaced.
	target.TokenSecret = ""
	if result := ensure(t, c, target, renewal.Options{}, renewal.Updated); result.Reason != "the token never expires" {
		t.Errorf("because %s", result.Reason)
	}
}

func TestRender(t *testing.T) {
	target := secretTarget("dev-team")
	c := clustertest.New(clustertest.CASecret())
	for _, dryRun := range []bool{true, false} {
		obj, err := renewal.Render(t.Context(), c, target, renewal.Options{DryRun: dryRun})
		if err != nil {
			t.Fatal(err)
		}
		text := string(obj.(*corev1.Secret).Data["kubeconfig"])
		if got := strings.Contains(text, "hunter2"); got == dryRun {
			t.Errorf("dry run %v: holds a token: %v", dryRun, got)
		}
		if got := strings.Contains(text, "token: REDACTED"); got != dryRun {
			t.Errorf("dry run %v: redacted: %v", dryRun, got)
		}
	}
	if c.Issued() != 1 || c.Writes() != 1 {
		t.Errorf("wrote %v, want one token requested", c.Actions())
	}
	obj, err := renewal.Render(t.Context(), c, tokenlessTarget("dev-team"), renewal.Options{})
	if err != nil || obj.(*corev1.ConfigMap).Name != "gitops-reconciler-kubeconfig" {
		t.Errorf("got %v, %v", obj, err)
	}
}

func TestEnsureDryRun(t *testing.T) {
	for _, target := range []renewal.Target{secretTarget("dev-team"), tokenlessTarget("dev-team")} {
		c := clustertest.New(clustertest.CASecret())
		ensure(t, c, target, renewal.Options{DryRun: true}, renewal.Created)
		if c.Writes() > 0 {
			t.Errorf("%s: a dry run wrote: %v", target, c.Actions())
		}
	}
}

// TestEnsureInTheWay: an object of somebody else is not changed.
func TestEnsureInTheWay(t *testing.T) {
	c, target := clustertest.New(clustertest.CASecret()), secretTarget("dev-team")
	foreign := applyv1.Secret("gitops-reconciler-kubeconfig", "dev-team").WithType(corev1.SecretTypeOpaque).WithData(map[string][]byte{"kubeconfig": []byte("x")})
	if _, err := c.CoreV1().Secrets("dev-team").Apply(t.Context(), foreign, metav1.ApplyOptions{FieldManager: "proxy-kubeconfig-generator"}); err != nil {
		t.Fatal(err)
	}
	_, err := renewal.Ensure(t.Context(), c, target, renewal.Options{})
	if !apierrors.IsConflict(err) || !strings.Contains(err.Error(), "proxy-kubeconfig-generator") || !strings.Contains(err.Error(), "Force") {
		t.Errorf("got %v, want a conflict that names the other manager and the way out", err)
	}
	if got := secretOf(t, c, target).Data["kubeconfig"]; string(got) != "x" {
		t.Error("it was overwritten")
	}
	ensure(t, c, target, renewal.Options{Force: true}, renewal.Updated)

	other := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig"}, Type: corev1.SecretTypeServiceAccountToken}
	c = clustertest.New(clustertest.CASecret(), other)
	_, err = renewal.Ensure(t.Context(), c, target, renewal.Options{Force: true})
	if err == nil || !strings.Contains(err.Error(), "a Secret of type kubernetes.io/service-account-token is in the way") {
		t.Errorf("got %v, want an error that names the type", err)
	}
	if c.Issued() > 0 {
		t.Error("a token was requested for nothing")
	}
}

// TestEnsureFaults lets the API server fail at each step. Temporary faults are
// retried; permanent ones leave the old kubeconfig in place.
func TestEnsureFaults(t *testing.T) {
	conflict := apierrors.NewConflict(corev1.Resource("secrets"), "x", errors.New("the object has been modified"))
	inTurn := []error{conflict, apierrors.NewResourceExpired("gone"), apierrors.NewTooManyRequests("slow down", 7), apierrors.NewInternalError(errors.New("etcd")), apierrors.NewServiceUnavailable("starting")}
	forbidden := apierrors.NewForbidden(corev1.Resource("secrets"), "x", errors.New("no"))

	steps := map[string]func(clienttesting.Action) bool{
		"the CA": func(a clienttesting.Action) bool {
			return a.Matches("get", "secrets") && a.GetNamespace() == "capsule-system"
		},
		"the Secret": func(a clienttesting.Action) bool {
			return a.Matches("get", "secrets") && a.GetNamespace() == "dev-team"
		},
		"the token": func(a clienttesting.Action) bool { return a.Matches("create", "serviceaccounts/token") },
		"the apply": func(a clienttesting.Action) bool { return a.Matches("patch", "secrets") },
	}
	faults := map[string]struct {
		errs []error // in turn; the last for ever if lasting
		last bool
	}{
		"in turn":   {inTurn, false},
		"lasting":   {inTurn, true},
		"forbidden": {[]error{forbidden}, true},
	}
	for step, matches := range steps {
		for name, fault := range faults {
			t.Run(step+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, target := clustertest.New(clustertest.CASecret()), secretTarget("dev-team")
					ensure(t, c, target, renewal.Options{}, renewal.Created)
					old := secretOf(t, c, target)
					time.Sleep(45 * time.Minute)

					var failed int
					c.PrependReactor("*", "*", func(a clienttesting.Action) (bool, runtime.Object, error) {
						if !matches(a) || (!fault.last && failed == len(fault.errs)) {
							return false, nil, nil
						}
						failed++
						return true, nil, fault.errs[min(failed, len(fault.errs))-1]
					})
					start := time.Now()
					result, err := renewal.Ensure(t.Context(), c, target, renewal.Options{})
					if !fault.last {
						if err != nil || result.Action != renewal.Updated {
							t.Fatalf("got %+v, want it renewed", result)
						}
						if took := time.Since(start); took < 7*time.Second || took > time.Minute {
							t.Errorf("took %s; 429 asked for 7s", took)
						}
						return
					}
					if err == nil || result.Err != err || result.Action != "" {
						t.Fatalf("got %+v, want an error", result)
					}
					if !strings.HasPrefix(err.Error(), "Secret dev-team/gitops-reconciler-kubeconfig: ") {
						t.Errorf("the error does not name the object: %v", err)
					}
					if name == "forbidden" && failed != 1 {
						t.Errorf("tried %d times what cannot pass", failed)
					}
					c.ReactionChain = c.ReactionChain[1:]
					if diff := cmp.Diff(old, secretOf(t, c, target)); diff != "" {
						t.Errorf("the old Secret is not as it was:\n%s", diff)
					}
				})
			})
		}
	}
}

// TestEnsureAccountDeleted and the next: the old kubeconfig stays in place.
func TestEnsureAccountDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, target := clustertest.New(clustertest.CASecret()), secretTarget("dev-team")
		ensure(t, c, target, renewal.Options{}, renewal.Created)
		old := secretOf(t, c, target)
		time.Sleep(45 * time.Minute)
		c.SetMissing("gitops-reconciler", true)
		_, err := renewal.Ensure(t.Context(), c, target, renewal.Options{})
		if !apierrors.IsNotFound(err) || !strings.Contains(err.Error(), "ServiceAccount dev-team/gitops-reconciler") {
			t.Errorf("got %v, want not found, with the account's name", err)
		}
		if diff := cmp.Diff(old, secretOf(t, c, target)); diff != "" {
			t.Errorf("the old Secret is not as it was:\n%s", diff)
		}
	})
}

func TestEnsureKilledBeforeApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, target := clustertest.New(clustertest.CASecret()), secretTarget("dev-team")
		ensure(t, c, target, renewal.Options{}, renewal.Created)
		old := secretOf(t, c, target)
		time.Sleep(45 * time.Minute)

		ctx, cancel := context.WithCancel(t.Context())
		c.PrependReactor("patch", "secrets", func(clienttesting.Action) (bool, runtime.Object, error) {
			cancel() // as a killed process would, before the apply arrives
			return true, nil, context.Canceled
		})
		if _, err := renewal.Ensure(ctx, c, target, renewal.Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was cancelled", err)
		}
		c.ReactionChain = c.ReactionChain[1:]
		if diff := cmp.Diff(old, secretOf(t, c, target)); diff != "" {
			t.Errorf("the old Secret is not as it was:\n%s", diff)
		}
		if problems := kubeconfig.ReadSecret(old, "kubeconfig").Problems(time.Now(), 0); len(problems) > 0 {
			t.Errorf("the old kubeconfig is not good: %v", problems)
		}
		ensure(t, c, target, renewal.Options{}, renewal.Updated)
	})
}

// TestEnsureHidesToken: a webhook that quotes what it refuses.
func TestEnsureHidesToken(t *testing.T) {
	c, target := clustertest.New(clustertest.CASecret()), secretTarget("dev-team")
	c.PrependReactor("patch", "secrets", func(a clienttesting.Action) (bool, runtime.Object, error) {
		var s corev1.Secret
		if err := runtime.DecodeInto(codec, a.(clienttesting.PatchAction).GetPatch(), &s); err != nil {
			t.Error(err)
		}
		return true, nil, apierrors.NewBadRequest("webhook refuses: " + string(s.Data["kubeconfig"]))
	})
	_, err := renewal.Ensure(t.Context(), c, target, renewal.Options{})
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "BadRequest") {
		t.Errorf("got %v, want the reason, without the token", err)
	}
}

// TestEnsureSkew: clocks that are ten minutes apart make for early renewals,
// never for late ones.
func TestEnsureSkew(t *testing.T) {
	for _, lifetime := range []time.Duration{renewal.MinLifetime, renewal.DefaultLifetime} {
		for _, skew := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
			t.Run(fmt.Sprint(lifetime, skew), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, target, opts := clustertest.New(clustertest.CASecret()), secretTarget("dev-team"), renewal.Options{Lifetime: lifetime}
					c.SetSkew(skew)
					if got := ensure(t, c, target, opts, renewal.Created); got.Skew != skew {
						t.Errorf("reports a skew of %s, want %s", got.Skew, skew)
					}
					for range 90 {
						time.Sleep(time.Minute)
						if _, err := renewal.Ensure(t.Context(), c, target, opts); err != nil {
							t.Fatal(err)
						}
						expires := kubeconfig.ReadSecret(secretOf(t, c, target), "kubeconfig").Expires()
						if serverNow := time.Now().Add(skew); expires.Before(serverNow.Add(time.Minute)) {
							t.Fatalf("at %s by the API server's clock the token in place expires %s", serverNow, expires)
						}
					}
				})
			})
		}
	}
}

func TestEnsureBadInput(t *testing.T) {
	ca := clustertest.CASecret()
	tests := map[string]struct {
		change func(*renewal.Target, *renewal.Options)
		want   []string
	}{
		"names":          {func(t *renewal.Target, _ *renewal.Options) { t.Namespace, t.Account = "A", "" }, []string{"namespace: ", "account: "}},
		"no access":      {func(t *renewal.Target, _ *renewal.Options) { t.Access, t.CASecret = kubeconfig.Access{}, nil }, []string{"access: Required"}},
		"access":         {func(t *renewal.Target, _ *renewal.Options) { t.Access.Proxy = "http://a" }, []string{"access.proxy: "}},
		"no CA":          {func(t *renewal.Target, _ *renewal.Options) { t.CASecret = nil }, []string{"access.ca: Required"}},
		"label":          {func(t *renewal.Target, _ *renewal.Options) { t.Labels["-"] = "" }, []string{"metadata.labels: "}},
		"short lifetime": {func(_ *renewal.Target, o *renewal.Options) { o.Lifetime = time.Minute }, []string{`lifetime: Invalid value: "1m0s"`}},
		"odd lifetime":   {func(_ *renewal.Target, o *renewal.Options) { o.Lifetime = time.Hour + 1 }, []string{"lifetime: "}},
		"no CA Secret":   {func(t *renewal.Target, _ *renewal.Options) { t.CASecret.Name = "x" }, []string{`the server's CA in Secret capsule-system/x: secrets "x" not found`}},
		"no CA in it":    {func(t *renewal.Target, _ *renewal.Options) { t.CASecret.Key = "ca" }, []string{"the server's CA: ", "data[ca]: Required value: the Secret has the keys ca.crt"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, target, opts := clustertest.New(ca), secretTarget("dev-team"), renewal.Options{}
			test.change(&target, &opts)
			_, err := renewal.Ensure(t.Context(), c, target, opts)
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
			if c.Writes() > 0 {
				t.Error("something was requested or written")
			}
		})
	}
}
