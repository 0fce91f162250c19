package renewal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// fifty ensures fifty accounts, by two keepers at once, and then
// again, which must write nothing.
func fifty(c *harness.Case) {
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
	c.Must(errors.Join(errs...))
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
	c.Detail = fmt.Sprintf("twice at once: %s; again: %s, no write", first.Round(10*time.Millisecond), second.Round(10*time.Millisecond))
}

// leastPrivilege tries requests that the keeper's role does not grant.
func leastPrivilege(c *harness.Case) {
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
	c.Outcome = harness.Refused
}

// remakeAccount: a token dies with its account. Kubernetes
// collects the kubeconfig, and a new account gets a new one.
func remakeAccount(c *harness.Case) {
	target := account(c, "remade")
	k := newKeeper(c, "remade-keeper", []renewal.Target{target})
	k.ensure(c, renewal.Created)
	old := k.read(c, target)

	c.Must(c.Env.Plane.Client.Delete(c.Context(), serviceAccount("remade")))
	// A shorter life than the token's, so that it has to be renewed.
	if _, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{Lifetime: renewal.MinLifetime}); !apierrors.IsNotFound(err) {
		c.Errorf("a token of an account that is gone: %v, want not found", err)
	}
	c.WaitGone(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "remade", Name: old.Name}})
	if who, err := whoIs(c.Context(), old); !apierrors.IsUnauthorized(err) {
		c.Errorf("the old kubeconfig is still that of %q, %v", who, err)
	}

	c.Apply(serviceAccount("remade"))
	k.ensure(c, renewal.Created)
	if who, err := whoIs(c.Context(), k.read(c, target)); err != nil || who != "system:serviceaccount:remade:gitops-reconciler" {
		c.Errorf("the new kubeconfig is that of %q, %v", who, err)
	}
}

// tokenSecret takes the token of a Secret that the library built
// and kube-controller-manager filled in.
func tokenSecret(c *harness.Case) {
	target := account(c, "token-secret")
	target.TokenSecret = "gitops-reconciler-token"
	k := newKeeper(c, "token-secret-keeper", []renewal.Target{target})
	if _, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{}); !apierrors.IsNotFound(err) {
		c.Errorf("without the token Secret: %v, want not found", err)
	}

	secret, err := kubeconfig.NeverExpiringTokenSecret(metav1.ObjectMeta{Namespace: "token-secret", Name: "gitops-reconciler-token"}, "gitops-reconciler")
	c.Must(err)
	c.Apply(secret)
	c.Eventually(func(ctx context.Context) error {
		_, err := renewal.Ensure(ctx, k, k.targets[0], renewal.Options{})
		return err
	})
	k.ensure(c, renewal.Unchanged)
	kept := k.read(c, target)
	if who, err := whoIs(c.Context(), kept); err != nil || who != "system:serviceaccount:token-secret:gitops-reconciler" {
		c.Errorf("the kubeconfig is that of %q, %v", who, err)
	}
	if report := kubeconfig.ReadSecret(kept, kubeconfig.DefaultKey); report.Token == nil || !report.Token.Expires.Never() {
		c.Errorf("the token expires %s, want never", report.Expires())
	}
}

// inTheWay: server-side apply with another field manager.
func inTheWay(c *harness.Case) {
	target := account(c, "in-the-way")
	k := newKeeper(c, "in-the-way-keeper", []renewal.Target{target})
	foreign := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "in-the-way", Name: "gitops-reconciler-kubeconfig"},
		Data:       map[string][]byte{"kubeconfig": []byte("old"), "other": []byte("kept")},
	}
	c.Must(c.Env.Plane.Client.Create(c.Context(), foreign, client.FieldOwner("proxy-kubeconfig-generator")))
	_, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{})
	if !apierrors.IsConflict(err) {
		c.Fatalf("got %v, want a conflict", err)
	}
	c.Contains(err.Error(), "Secret in-the-way/gitops-reconciler-kubeconfig", "proxy-kubeconfig-generator", ".data.kubeconfig")
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

// serverDown: the API server fails at the worst time.
func serverDown(c *harness.Case) {
	target := account(c, "down")
	k := newKeeper(c, "down-keeper", []renewal.Target{target})
	k.ensure(c, renewal.Created)
	old := k.read(c, target)

	c.Env.Plane.APIServer.Kill()
	begin := time.Now()
	_, err := renewal.Ensure(c.Context(), k, k.targets[0], renewal.Options{Lifetime: renewal.MinLifetime})
	if err == nil {
		c.Error("no error though the API server is down")
	} else {
		c.Contains(err.Error(), "Secret down/gitops-reconciler-kubeconfig", "connection refused")
	}
	gaveUp := time.Since(begin)
	c.Must(c.Env.Plane.APIServer.Start(c.Context()))
	if who, err := whoIs(c.Context(), old); err != nil || who != "system:serviceaccount:down:gitops-reconciler" {
		c.Errorf("the old kubeconfig is that of %q, %v", who, err)
	}
	c.Eventually(func(ctx context.Context) error {
		_, err := renewal.Ensure(ctx, k, k.targets[0], renewal.Options{Lifetime: renewal.MinLifetime})
		return err
	})
	c.Detail = fmt.Sprintf("gave up after %s, with the old kubeconfig in place", gaveUp.Round(100*time.Millisecond))
}
