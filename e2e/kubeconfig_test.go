package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// secretAccess reaches the API server with a kubeconfig in a Secret.
func secretAccess() kubeconfig.Access {
	return kubeconfig.Access{APIServer: cluster.Server, SecretRef: &meta.SecretKeyReference{}}
}

// A keeper keeps kubeconfigs as its CronJob would: in the name of its
// ServiceAccount, with no more rights than the library's bundle gives it.
type keeper struct {
	kubernetes.Interface
	targets []renewal.Target
	job     renewal.Job
}

// newKeeper applies what a CronJob for the targets needs. Their CA is that of
// the API server, in a Secret beside the CronJob.
func newKeeper(c *testCase, name string, targets []renewal.Target) *keeper {
	c.Helper()
	objects := []client.Object{
		&corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: name}},
		tlsSecret(name, cluster.CA()),
	}
	for i := range targets {
		targets[i].CASecret = &renewal.CASecret{Namespace: name, Name: "server-tls"}
	}
	job := renewal.Job{Namespace: name, Name: "keeper", Image: "registry.example.com/proxy-kubeconfig:v1", Targets: targets}
	bundle, err := renewal.Build(job)
	if err != nil {
		c.Fatal(err)
	}
	for _, obj := range bundle.Objects() {
		objects = append(objects, obj.(client.Object))
	}
	if err := ServerSideApply(c.Context(), cluster.Client, objects); err != nil {
		c.Fatal(err)
	}
	token, err := cluster.Token(c.Context(), name, "keeper")
	if err != nil {
		c.Fatal(err)
	}
	clientset, err := kubernetes.NewForConfig(&rest.Config{
		Host: cluster.Server, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: cluster.CA()}, QPS: -1})
	if err != nil {
		c.Fatal(err)
	}
	return &keeper{clientset, targets, job}
}

func tlsSecret(namespace string, ca []byte) *corev1.Secret {
	return &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "server-tls"},
		Data:       map[string][]byte{"ca.crt": ca},
	}
}

// ensure ensures all targets and wants each to come out the same.
func (k *keeper) ensure(c *testCase, want renewal.Action) {
	c.Helper()
	results, err := renewal.EnsureAll(c.Context(), k, k.targets, renewal.Options{})
	if err != nil {
		c.Fatal(err)
	}
	for _, result := range results {
		if result.Action != want {
			c.Errorf("%s: %s (%s), want %s", result.Target, result.Action, result.Reason, want)
		}
	}
}

// read is the target's Secret.
func (k *keeper) read(c *testCase, target renewal.Target) *corev1.Secret {
	c.Helper()
	secret, err := k.CoreV1().Secrets(target.Namespace).Get(c.Context(), kubeconfig.DefaultName(target.Account), metav1.GetOptions{})
	if err != nil {
		c.Fatal(err)
	}
	return secret
}

// whoIs asks the API server who the bearer of a kubeconfig Secret is.
func whoIs(ctx context.Context, secret *corev1.Secret) (string, error) {
	config, err := clientcmd.RESTConfigFromKubeConfig(secret.Data[kubeconfig.DefaultKey])
	if err != nil {
		return "", err
	}
	config.QPS = -1
	clientset, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", err
	}
	review, err := clientset.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	return review.Status.UserInfo.Username, nil
}

// account makes a namespace with a ServiceAccount in it, and the target to it.
func account(c *testCase, namespace string) renewal.Target {
	c.Helper()
	err := ServerSideApply(c.Context(), cluster.Client, []client.Object{
		&corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		serviceAccount(namespace),
	})
	if err != nil {
		c.Fatal(err)
	}
	return renewal.Target{Namespace: namespace, Account: "gitops-reconciler", Access: secretAccess()}
}

func serviceAccount(namespace string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "gitops-reconciler"},
	}
}

// TestKubeconfigRenewal lets a Kustomization run for longer than the token that
// it began with lives. The API server grants no shorter life than ten minutes.
func TestKubeconfigRenewal(t *testing.T) {
	if testing.Short() {
		t.Skip("takes eleven minutes")
	}
	t.Parallel()
	c := newCase(t)
	team := c.mustTeam(tenant.Spec{
		Name: "renewal", Access: secretAccess(),
		Git: tenant.Git{Interval: metav1.Duration{Duration: 5 * time.Second}}, Interval: metav1.Duration{Duration: 5 * time.Second},
	}, nil)
	home := team.ServiceAccount.Namespace
	k := newKeeper(c, "renewal-keeper", []renewal.Target{{Namespace: home, Account: team.ServiceAccount.Name, Access: secretAccess()}})

	var mu sync.Mutex
	var results []renewal.Result
	ctx, stop := context.WithCancel(c.Context())
	var watch sync.WaitGroup
	watch.Go(func() {
		renewal.Watch(ctx, k, k.targets, renewal.Options{Lifetime: renewal.MinLifetime, Progress: func(r renewal.Result) {
			mu.Lock()
			defer mu.Unlock()
			results = append(results, r)
		}})
	})
	defer watch.Wait()
	defer stop()
	team.waitReady(c)

	begin, reconciles := time.Now(), map[string]bool{}
	for time.Since(begin) < renewal.MinLifetime+time.Minute {
		ready, err := readiness(c.Context(), team.Kustomization)
		if err != nil {
			c.Fatal(err)
		}
		if ready != nil && ready.Status == metav1.ConditionFalse {
			c.Fatalf("after %s a reconcile failed: %s", time.Since(begin), ready.Message)
		}
		if err := cluster.Client.Get(c.Context(), client.ObjectKeyFromObject(team.Kustomization), team.Kustomization); err != nil {
			c.Fatal(err)
		}
		for _, entry := range team.Kustomization.ManagedFields {
			if entry.Subresource == "status" {
				reconciles[entry.Time.String()] = true
			}
		}
		time.Sleep(250 * time.Millisecond)
	}
	stop()
	watch.Wait()

	renewed := 0
	for _, r := range results {
		if r.Err != nil {
			c.Error(r.Err)
		}
		if r.Action == renewal.Updated && r.Reason == renewal.Due {
			renewed++
		}
	}
	if renewed == 0 {
		c.Errorf("the token was not renewed: %+v", results)
	}
	var events corev1.EventList
	if err := cluster.Client.List(c.Context(), &events, client.InNamespace(home)); err != nil {
		c.Fatal(err)
	}
	for _, e := range events.Items {
		if e.Type == corev1.EventTypeWarning && e.InvolvedObject.Name == team.Kustomization.Name && e.LastTimestamp.After(begin) {
			c.Errorf("a warning: %s: %s", e.Reason, e.Message)
		}
	}
	team.checkChange(c)
	c.detail = fmt.Sprintf("renewed %d times, %d reconciles seen, none failed", renewed, len(reconciles))
}

// TestKubeconfigFifty ensures fifty accounts, by two keepers at once, and then
// again, which must write nothing.
func TestKubeconfigFifty(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	var targets []renewal.Target
	for i := range 50 {
		targets = append(targets, account(c, fmt.Sprintf("fifty-%d", i)))
	}
	k := newKeeper(c, "fifty-keeper", targets)

	begin := time.Now()
	var keepers sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		keepers.Go(func() { _, errs[i] = renewal.EnsureAll(c.Context(), k, targets, renewal.Options{}) })
	}
	keepers.Wait()
	if err := errors.Join(errs...); err != nil {
		c.Fatal(err)
	}
	first := time.Since(begin)

	versions := func() (list []string) {
		for _, target := range targets {
			list = append(list, k.read(c, target).ResourceVersion)
		}
		return list
	}
	before, writes := versions(), k.writes(c)
	begin = time.Now()
	k.ensure(c, renewal.Unchanged)
	second := time.Since(begin)
	if !slices.Equal(before, versions()) {
		c.Error("the second pass changed a resourceVersion")
	}
	if n := k.writes(c) - writes; n != 0 {
		c.Errorf("the second pass made %d writes", n)
	}
	for _, target := range targets {
		who, err := whoIs(c.Context(), k.read(c, target))
		if want := "system:serviceaccount:" + target.Namespace + ":gitops-reconciler"; err != nil || who != want {
			c.Errorf("the kubeconfig of %s is that of %q, want %q: %v", target.Namespace, who, want, err)
		}
	}
	c.detail = fmt.Sprintf("twice at once: %s; again: %s, no write", first.Round(10*time.Millisecond), second.Round(10*time.Millisecond))
}

// writes counts what the API server has logged of the keeper: every write, and
// every token requested.
func (k *keeper) writes(c *testCase) (n int) {
	c.Helper()
	events, err := cluster.Audit()
	if err != nil {
		c.Fatal(err)
	}
	for _, e := range events {
		if e.User.Username == "system:serviceaccount:"+k.job.Namespace+":"+k.job.Name {
			n++
		}
	}
	return n
}

// TestKubeconfigLeastPrivilege tries what the keeper's role does not grant.
func TestKubeconfigLeastPrivilege(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	target := account(c, "least")
	k := newKeeper(c, "least-keeper", []renewal.Target{target})
	k.ensure(c, renewal.Created)

	core, ctx := k.CoreV1(), c.Context()
	other := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "other"}}
	tries := map[string]func() error{
		"list Secrets":          func() error { _, err := core.Secrets("least").List(ctx, metav1.ListOptions{}); return err },
		"list ServiceAccounts":  func() error { _, err := core.ServiceAccounts("least").List(ctx, metav1.ListOptions{}); return err },
		"read another Secret":   func() error { _, err := core.Secrets("least").Get(ctx, "other", metav1.GetOptions{}); return err },
		"create another Secret": func() error { _, err := core.Secrets("least").Create(ctx, other, metav1.CreateOptions{}); return err },
		"delete its Secret": func() error {
			return core.Secrets("least").Delete(ctx, "gitops-reconciler-kubeconfig", metav1.DeleteOptions{})
		},
		"be another account":      func() error { return k.token("least", "default") },
		"be an account elsewhere": func() error { return k.token("flux-system", "gitops-reconciler") },
		"read a Secret elsewhere": func() error {
			_, err := core.Secrets("flux-system").Get(ctx, "gitops-reconciler-kubeconfig", metav1.GetOptions{})
			return err
		},
		"read another of the CA's": func() error {
			_, err := core.Secrets("least-keeper").Get(ctx, "other", metav1.GetOptions{})
			return err
		},
		"replace the CA": func() error {
			_, err := core.Secrets("least-keeper").Update(ctx, tlsSecret("least-keeper", nil), metav1.UpdateOptions{})
			return err
		},
		"create a Secret of its own": func() error {
			_, err := core.Secrets("least-keeper").Create(ctx, other, metav1.CreateOptions{})
			return err
		},
	}
	for name, try := range tries {
		if err := try(); !apierrors.IsForbidden(err) {
			c.Errorf("%s: %v, want Forbidden", name, err)
		}
	}
	c.outcome = refused
}

func (k *keeper) token(namespace, account string) error {
	_, err := k.CoreV1().ServiceAccounts(namespace).CreateToken(context.Background(), account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	return err
}

// TestKubeconfigCA changes the CA in the server's TLS Secret, as a rotation
// does: first to both, then to the new one. The API server keeps its own, so
// what is rotated here is the one beside it.
func TestKubeconfigCA(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	team := c.mustTeam(tenant.Spec{Name: "rotation", Access: secretAccess()}, nil)
	k := newKeeper(c, "rotation-keeper", []renewal.Target{{Namespace: team.ServiceAccount.Namespace, Account: team.ServiceAccount.Name, Access: secretAccess()}})
	k.ensure(c, renewal.Created)
	team.waitReady(c)

	next, err := controlplane.NewCA("next")
	if err != nil {
		c.Fatal(err)
	}
	for _, ca := range [][]byte{slices.Concat(cluster.CA(), next.PEM()), cluster.CA()} {
		if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{tlsSecret("rotation-keeper", ca)}); err != nil {
			c.Fatal(err)
		}
		k.ensure(c, renewal.Updated)
		report := kubeconfig.ReadSecret(k.read(c, k.targets[0]), kubeconfig.DefaultKey)
		if got, want := len(report.CA), strings.Count(string(ca), "BEGIN"); got != want {
			c.Errorf("the kubeconfig has %d CA certificates, want %d", got, want)
		}
		team.reconcile(c)
		team.waitReady(c)
	}
}

// TestKubeconfigProxyCA rotates Capsule Proxy's CA for real.
func TestKubeconfigProxyCA(t *testing.T) {
	c := newCase(t)
	c.needsProxy()
	access := kubeconfig.Access{Proxy: cluster.Proxy.URL, SecretRef: &meta.SecretKeyReference{}}
	team := c.mustTeam(tenant.Spec{Name: "proxy-rotation", Access: access}, nil)
	k := newKeeper(c, "proxy-rotation-keeper", []renewal.Target{{Namespace: team.ServiceAccount.Namespace, Account: team.ServiceAccount.Name, Access: access}})
	secret := func() []client.Object { return []client.Object{tlsSecret("proxy-rotation-keeper", cluster.Proxy.CA())} }
	if err := ServerSideApply(c.Context(), cluster.Client, secret()); err != nil {
		c.Fatal(err)
	}
	k.ensure(c, renewal.Created)
	team.waitReady(c)

	begin := time.Now()
	if err := cluster.Proxy.ReplaceCA(c.Context()); err != nil {
		c.Fatal(err)
	}
	if err := ServerSideApply(c.Context(), cluster.Client, secret()); err != nil {
		c.Fatal(err)
	}
	k.ensure(c, renewal.Updated)
	team.reconcile(c)
	team.waitReady(c)
	c.detail = fmt.Sprintf("Ready %s after the rotation", time.Since(begin).Round(100*time.Millisecond))
}

// TestKubeconfigAccountRemade: a token dies with its account. Kubernetes
// collects the kubeconfig, and a new account gets a new one.
func TestKubeconfigAccountRemade(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	target := account(c, "remade")
	k := newKeeper(c, "remade-keeper", []renewal.Target{target})
	k.ensure(c, renewal.Created)
	old := k.read(c, target)

	if err := cluster.Client.Delete(c.Context(), serviceAccount("remade")); err != nil {
		c.Fatal(err)
	}
	// A shorter life than the token's, so that it has to be renewed.
	if _, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{Lifetime: renewal.MinLifetime}); !apierrors.IsNotFound(err) {
		c.Errorf("a token of an account that is gone: %v, want not found", err)
	}
	waitGone(c, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "remade", Name: old.Name}})
	if who, err := whoIs(c.Context(), old); !apierrors.IsUnauthorized(err) {
		c.Errorf("the old kubeconfig is still that of %q, %v", who, err)
	}

	if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{serviceAccount("remade")}); err != nil {
		c.Fatal(err)
	}
	k.ensure(c, renewal.Created)
	if who, err := whoIs(c.Context(), k.read(c, target)); err != nil || who != "system:serviceaccount:remade:gitops-reconciler" {
		c.Errorf("the new kubeconfig is that of %q, %v", who, err)
	}
}

// TestKubeconfigTokenSecret takes the token of a Secret that the library built
// and kube-controller-manager filled in.
func TestKubeconfigTokenSecret(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	target := account(c, "token-secret")
	target.TokenSecret = "gitops-reconciler-token"
	k := newKeeper(c, "token-secret-keeper", []renewal.Target{target})
	if _, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{}); !apierrors.IsNotFound(err) {
		c.Errorf("without the token Secret: %v, want not found", err)
	}

	secret, err := kubeconfig.NeverExpiringTokenSecret("token-secret", "gitops-reconciler-token", "gitops-reconciler")
	if err != nil {
		c.Fatal(err)
	}
	if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{secret}); err != nil {
		c.Fatal(err)
	}
	err = eventually(c.Context(), patience, func(ctx context.Context) error {
		_, err := renewal.Ensure(ctx, k, k.targets[0], renewal.Options{})
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
	k.ensure(c, renewal.Unchanged)
	kept := k.read(c, target)
	if who, err := whoIs(c.Context(), kept); err != nil || who != "system:serviceaccount:token-secret:gitops-reconciler" {
		c.Errorf("the kubeconfig is that of %q, %v", who, err)
	}
	if report := kubeconfig.ReadSecret(kept, kubeconfig.DefaultKey); report.Token == nil || !report.Token.Expires.Never() {
		c.Errorf("the token expires %s, want never", report.Expires())
	}
}

// TestKubeconfigInTheWay: server-side apply with another field manager.
func TestKubeconfigInTheWay(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	target := account(c, "in-the-way")
	k := newKeeper(c, "in-the-way-keeper", []renewal.Target{target})
	foreign := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "in-the-way", Name: "gitops-reconciler-kubeconfig"},
		Data:       map[string][]byte{"kubeconfig": []byte("old"), "other": []byte("kept")},
	}
	if err := cluster.Client.Create(c.Context(), foreign, client.FieldOwner("proxy-kubeconfig-generator")); err != nil {
		c.Fatal(err)
	}
	_, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{})
	if !apierrors.IsConflict(err) {
		c.Fatalf("got %v, want a conflict", err)
	}
	contains(c, err.Error(), "Secret in-the-way/gitops-reconciler-kubeconfig", "proxy-kubeconfig-generator", ".data.kubeconfig")
	if got := k.read(c, target).Data["kubeconfig"]; string(got) != "old" {
		c.Error("the foreign kubeconfig was overwritten")
	}
	if _, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{Force: true}); err != nil {
		c.Fatal(err)
	}
	if got := k.read(c, target).Data["other"]; string(got) != "kept" {
		c.Error("a key that is not ours is gone")
	}
	k.ensure(c, renewal.Unchanged)
}

// TestKubeconfigServerDown: the API server fails at the worst time.
func TestKubeconfigServerDown(t *testing.T) {
	c := newCase(t)
	target := account(c, "down")
	k := newKeeper(c, "down-keeper", []renewal.Target{target})
	k.ensure(c, renewal.Created)
	old := k.read(c, target)

	cluster.APIServer.Kill()
	begin := time.Now()
	_, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{Lifetime: renewal.MinLifetime})
	if err == nil {
		c.Error("no error though the API server is down")
	} else {
		contains(c, err.Error(), "Secret down/gitops-reconciler-kubeconfig", "connection refused")
	}
	gaveUp := time.Since(begin)
	if err := cluster.APIServer.Start(c.Context()); err != nil {
		c.Fatal(err)
	}
	if who, err := whoIs(c.Context(), old); err != nil || who != "system:serviceaccount:down:gitops-reconciler" {
		c.Errorf("the old kubeconfig is that of %q, %v", who, err)
	}
	err = eventually(c.Context(), patience, func(ctx context.Context) error {
		_, err := renewal.Ensure(ctx, k, k.targets[0], renewal.Options{Lifetime: renewal.MinLifetime})
		return err
	})
	if err != nil {
		c.Error(err)
	}
	c.detail = fmt.Sprintf("gave up after %s, with the old kubeconfig in place", gaveUp.Round(100*time.Millisecond))
}

// TestKubeconfigProgram runs examples/proxy-kubeconfig with the flags of 2022.
func TestKubeconfigProgram(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	k := newKeeper(c, "program-keeper", []renewal.Target{account(c, "program-a"), account(c, "program-b")})
	dir := t.TempDir()
	program := filepath.Join(dir, "proxy-kubeconfig")
	if out, err := exec.Command("go", "build", "-C", "..", "-o", program, "./examples/proxy-kubeconfig").CombinedOutput(); err != nil {
		c.Fatalf("%v\n%s", err, out)
	}
	token, err := cluster.Token(c.Context(), k.job.Namespace, k.job.Name)
	if err != nil {
		c.Fatal(err)
	}
	config, err := kubeconfig.Config(k.job.Namespace, k.job.Name, kubeconfig.Access{APIServer: cluster.Server, CA: string(cluster.CA())}, kubeconfig.Token(token))
	if err != nil {
		c.Fatal(err)
	}
	if err := clientcmd.WriteToFile(*config, filepath.Join(dir, "config")); err != nil {
		c.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		cmd := exec.CommandContext(c.Context(), program, append([]string{
			"--serviceaccount=gitops-reconciler", "--namespace=program-a,program-b", "--server=" + cluster.Server,
			"--server-tls-secret-name=server-tls", "--server-tls-secret-namespace=program-keeper", "--direct",
		}, args...)...)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(dir, "config"))
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "eyJ") {
			c.Errorf("%q shows a token", args)
		}
		return string(out), err
	}

	if out, err := run("--check"); err == nil {
		c.Errorf("--check passes though there is nothing:\n%s", out)
	}
	out, err := run("--dry-run")
	if err != nil {
		c.Errorf("--dry-run: %v\n%s", err, out)
	}
	contains(c, out, "kind: Secret", "namespace: program-b")
	if out, err = run(); err != nil {
		c.Errorf("%v\n%s", err, out)
	}
	contains(c, out, "Secret program-a/gitops-reconciler-kubeconfig created", "Secret program-b/gitops-reconciler-kubeconfig created")
	if out, err := run("--check"); err != nil {
		c.Errorf("--check: %v\n%s", err, out)
	}
	k.ensure(c, renewal.Unchanged) // the program and the library agree
}
