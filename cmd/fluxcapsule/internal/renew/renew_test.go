package renew

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/internal/clustertest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// The command in everyone's notes, as the 2022 generator's Job ran it.
var notes = []string{
	"--serviceaccount=gitops-reconciler", "--namespace=dev-team",
	"--server=https://capsule-proxy.capsule-system.svc:9001",
	"--server-tls-secret-name=capsule-proxy", "--server-tls-secret-namespace=capsule-system",
}

// command runs the program against a cluster.
func command(t *testing.T, c *clustertest.Cluster, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errOut strings.Builder
	err = execute(t.Context(), c, args, &out, &errOut)
	if s := out.String() + errOut.String(); strings.Contains(s, clustertest.Signature) && !strings.Contains(strings.Join(args, " "), "--show-token") {
		t.Errorf("a token is shown: %s", s)
	}
	return out.String(), errOut.String(), err
}

// execute runs the subcommand against a cluster.
func execute(ctx context.Context, c *clustertest.Cluster, args []string, stdout, stderr io.Writer) error {
	cmd := NewCommand(func(string, string) (kubernetes.Interface, error) { return c, nil })
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	return cmd.ExecuteContext(ctx)
}

func with(args ...string) []string { return append(notes[:len(notes):len(notes)], args...) }

func TestEnsureRenewCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clustertest.New(clustertest.CASecret())

		out, _, err := command(t, c, with("--check")...)
		if err == nil || !strings.Contains(out, "differs from the wanted object: it did not exist") {
			t.Errorf("check before: %v\n%s", err, out)
		}
		if out, _, err := command(t, c, notes...); err != nil || !strings.HasPrefix(out, "Secret dev-team/gitops-reconciler-kubeconfig created: it did not exist; expires 2000-01-01T01:00:00Z") {
			t.Errorf("created: %v\n%s", err, out)
		}
		s, err := c.CoreV1().Secrets("dev-team").Get(t.Context(), "gitops-reconciler-kubeconfig", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if problems := kubeconfig.ReadSecret(s, "kubeconfig").Problems(time.Now(), time.Minute); len(problems) > 0 {
			t.Errorf("what was made has problems: %v", problems)
		}
		if out, _, err := command(t, c, notes...); err != nil || !strings.HasPrefix(out, "Secret dev-team/gitops-reconciler-kubeconfig unchanged;") {
			t.Errorf("unchanged: %v\n%s", err, out)
		}
		if out, _, err := command(t, c, with("--check")...); err != nil || !strings.Contains(out, "  ok\n") {
			t.Errorf("check: %v\n%s", err, out)
		}

		time.Sleep(45 * time.Minute) // due, but good for a while
		if out, _, err := command(t, c, with("--check")...); err != nil {
			t.Errorf("check, due: %v\n%s", err, out)
		}
		time.Sleep(6 * time.Minute)
		out, _, err = command(t, c, with("--check", "-o", "json")...)
		if err == nil {
			t.Errorf("check, about to expire: no error\n%s", out)
		}
		var findings []struct {
			Object, Server, Account, TokenExpires string
			Problems                              []string
		}
		if err := json.Unmarshal([]byte(out), &findings); err != nil {
			t.Fatal(err)
		}
		if len(findings) != 1 || findings[0].TokenExpires != "2000-01-01T01:00:00Z" || findings[0].Account != "dev-team/gitops-reconciler" ||
			len(findings[0].Problems) != 1 || !strings.Contains(findings[0].Problems[0], "expires within 10m0s") {
			t.Errorf("check, as JSON: %+v", findings)
		}
		if out, _, err := command(t, c, notes...); err != nil || !strings.Contains(out, "updated: the token is due for renewal") {
			t.Errorf("renewed: %v\n%s", err, out)
		}

		if err := c.Tracker().Update(corev1.SchemeGroupVersion.WithResource("secrets"), clustertest.CASecret(), "capsule-system"); err != nil {
			t.Fatal(err)
		}
		if out, _, err := command(t, c, with("--check")...); err == nil || !strings.Contains(out, "its server, CA or names were others") {
			t.Errorf("check, another CA: %v\n%s", err, out)
		}
	})
}

func TestSeveralTenants(t *testing.T) {
	c := clustertest.New(clustertest.CASecret())
	c.SetMissing("gone", true)
	out, errOut, err := command(t, c, with("--namespace=ops-team", "--serviceaccount=gone,qa/tester")...)
	if err == nil {
		t.Error("a failure is no error")
	}
	for _, want := range []string{"dev-team/gitops-reconciler-kubeconfig created", "ops-team/gitops-reconciler-kubeconfig created", "qa/tester-kubeconfig created"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for _, want := range []string{"Secret dev-team/gone-kubeconfig: requesting a token for ServiceAccount dev-team/gone", "ops-team/gone"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("%q is missing in\n%s", want, errOut)
		}
	}
}

func TestDryRun(t *testing.T) {
	c := clustertest.New(clustertest.CASecret())
	for _, test := range []struct {
		args []string
		want string // in the kubeconfig
	}{
		{with("--dry-run"), "token: REDACTED"},
		{with("--dry-run", "--show-token"), clustertest.Signature},
	} {
		out, _, err := command(t, c, test.args...)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := manifest.Read(strings.NewReader(out), scheme.Scheme)
		if err != nil || len(objects) != 1 {
			t.Fatalf("%d objects, %v", len(objects), err)
		}
		if got := string(objects[0].(*corev1.Secret).Data["kubeconfig"]); !strings.Contains(got, test.want) {
			t.Errorf("%v: no %q in it", test.args, test.want)
		}
	}
	out, _, err := command(t, c, with("--dry-run", "--tokenless", "--audience=https://kubernetes.default.svc")...)
	if err != nil || !strings.Contains(out, "kind: ConfigMap") || !strings.Contains(out, "audiences: https://kubernetes.default.svc") {
		t.Errorf("tokenless: %v\n%s", err, out)
	}
	for _, a := range c.Actions() {
		if a.GetVerb() == "patch" {
			t.Error("a dry run wrote")
		}
	}
}

func TestTokenless(t *testing.T) {
	c := clustertest.New(clustertest.CASecret())
	args := with("--tokenless", "--audience=https://kubernetes.default.svc")
	if out, _, err := command(t, c, args...); err != nil || !strings.Contains(out, "ConfigMap dev-team/gitops-reconciler-kubeconfig created") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, _, err := command(t, c, append(args, "--check")...); err != nil || !strings.Contains(out, "no token") {
		t.Errorf("check: %v\n%s", err, out)
	}
	if c.Issued() > 0 {
		t.Error("a token was requested")
	}
}

// TestLookedFor: the error names a missing object and the fix.
func TestLookedFor(t *testing.T) {
	ca := clustertest.CASecret()
	old := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "old", Annotations: map[string]string{"kubernetes.io/service-account.name": "gitops-reconciler"},
			Labels: map[string]string{"kubernetes.io/legacy-token-invalid-since": "2025-01-01"}},
		Type: corev1.SecretTypeServiceAccountToken,
		Data: map[string][]byte{"token": []byte(clustertest.Token(map[string]any{"sub": "system:serviceaccount:dev-team:gitops-reconciler"}))},
	}
	tests := map[string]struct {
		args []string
		want []string
	}{
		"no TLS Secret":     {with("--server-tls-secret-name=other"), []string{"looking for the server's CA in Secret capsule-system/other"}},
		"no such key":       {with("--server-tls-secret-ca-key=ca"), []string{`Secret "capsule-system/capsule-proxy"`, "data[ca]: Required value: the Secret has the keys ca.crt"}},
		"no token Secret":   {with("--token-secret=none"), []string{"Secret dev-team/none", "since 1.24", "one is requested"}},
		"an old one":        {with("--token-secret=old"), []string{"legacy-token-invalid-since", "2025-01-01", "one is requested"}},
		"a CA is missing":   {notes[:3], []string{"access.ca: Required value"}},
		"a proxy's address": {with("--server=http://capsule-proxy"), []string{"access.proxy: Invalid value"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, errOut, err := command(t, clustertest.New(ca, old), test.args...)
			if err == nil {
				t.Error("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(errOut, want) {
					t.Errorf("%q is missing in: %s", want, errOut)
				}
			}
		})
	}
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clustertest.New(clustertest.CASecret())
		ctx, cancel := context.WithCancel(t.Context())
		var out, errOut strings.Builder
		done := make(chan error)
		go func() {
			done <- execute(ctx, c, with("--watch"), &out, &errOut)
		}()
		time.Sleep(2 * time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("told to stop, it failed: %v", err)
		}
		if got := strings.Count(out.String(), "updated"); got < 2 || got > 3 || strings.Contains(out.String(), "unchanged") {
			t.Errorf("two hours of it:\n%s%s", &out, &errOut)
		}
	})
}

func TestCronJob(t *testing.T) {
	out, _, err := command(t, nil, with("--cronjob=registry.example.com/fluxcapsule:v1", "--context=ignored")...)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range append(notes, "kind: CronJob", "kind: ClusterRole", "namespace: dev-team", "image: registry.example.com/fluxcapsule:v1") {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, "--cronjob") || strings.Contains(out, "--context") {
		t.Errorf("the job would print itself, or use a context:\n%s", out)
	}
}

func TestUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"nothing":       {[]string{}, []string{"--serviceaccount is missing", "--server is missing"}},
		"an argument":   {with("x"), []string{`"x"`}},
		"unknown flag":  {with("--x"), []string{"unknown flag: --x"}},
		"two modes":     {with("--check", "--watch"), []string{"exclude each other"}},
		"no audience":   {with("--tokenless"), []string{"--audience"}},
		"no dry run":    {with("--show-token"), []string{"--dry-run"}},
		"no such style": {with("--check", "-o=xml"), []string{"table or json"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := command(t, clustertest.New(), test.args...)
			if exit.Code(err) != exit.Failed {
				t.Errorf("got %v, want an error of usage", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in %s", want, err)
				}
			}
		})
	}
}

// TestFlagsOf2022: the flags of the generator, and those of their defaults that
// are still right.
func TestFlagsOf2022(t *testing.T) {
	var o options
	flags := pflag.NewFlagSet("kubeconfig", pflag.ContinueOnError)
	o.register(flags)
	if err := flags.Parse([]string{"--serviceaccount", "a", "--server", "https://proxy.example.com", "--server-tls-secret-name", "s"}); err != nil {
		t.Fatal(err)
	}
	target := o.targets()[0]
	got := []string{target.Namespace, target.CASecret.Namespace, target.Access.SecretRef.Key, target.String()}
	if diff := cmp.Diff([]string{"default", "default", "kubeconfig", "Secret default/a-kubeconfig"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
