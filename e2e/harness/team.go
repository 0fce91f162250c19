package harness

import (
	"context"
	"maps"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Team is a tenant under test: its bundle and its git repository.
type Team struct {
	*tenant.Bundle
	Env   *Env
	Name  string
	Spec  tenant.Spec
	Files map[string]string
}

// NewTeam builds the bundle of a tenant whose git makes a namespace with a ConfigMap,
// and the objects of further files. Nothing is applied yet.
func (e *Env) NewTeam(ctx context.Context, spec tenant.Spec, files map[string]string) (*Team, error) {
	t := &Team{Env: e, Name: spec.Name, Files: map[string]string{
		"namespace.yaml": Expand(`
apiVersion: v1
kind: Namespace
metadata: {name: ${tenant}-app}
`, "tenant", spec.Name),
		"config.yaml": Expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: ${tenant}-app}
data: {color: blue}
`, "tenant", spec.Name),
	}}
	maps.Copy(t.Files, files)
	if err := t.Push(ctx); err != nil {
		return nil, err
	}
	spec.Git = tenant.Git{URL: e.Git.URL(spec.Name), Branch: gitserver.Branch, Interval: spec.Git.Interval}
	if !e.Plane.Set.Isolates() {
		spec.Isolation.Profile = tenant.NoProfile
	}
	spec.RetryInterval = metav1.Duration{Duration: 2 * time.Second}
	t.Spec = spec
	var err error
	if t.Bundle, err = tenant.Build(spec); err != nil {
		return nil, err
	}
	return t, nil
}

// Team builds a tenant and applies its bundle, with a kubeconfig in a Secret where
// its access is by one.
func (c *Case) Team(spec tenant.Spec, files map[string]string) *Team {
	c.Helper()
	t, err := c.Env.NewTeam(c.Context(), spec, files)
	c.Must(err)
	c.Must(t.Apply(c.Context()))
	return t
}

// App is the namespace that a team's git makes.
func (t *Team) App() *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: t.Name + "-app"}}
}

// Config is an object that a team's git puts into that namespace.
func (t *Team) Config() *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: t.Name + "-app", Name: "config"}}
}

// Push makes the team's files the content of its repository.
func (t *Team) Push(ctx context.Context) error { return t.Env.Git.Push(ctx, t.Name, t.Files) }

// Change changes the team's files and pushes them.
func (t *Team) Change(c *Case, change func(files map[string]string)) {
	c.Helper()
	change(t.Files)
	c.Must(t.Push(c.Context()))
}

// Apply applies the team's bundle, as the platform does, and then the kubeconfig
// of an access by Secret, as the platform's renewal does.
func (t *Team) Apply(ctx context.Context) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(250 * time.Millisecond) {
		err := Apply(ctx, t.Env.Plane.Client, t.Objects())
		if err == nil {
			break
		}
		// A new quota admits nothing until it has been counted. Flux tries again, too.
		if !strings.Contains(err.Error(), "status unknown for quota") || time.Now().After(deadline) {
			return err
		}
	}
	if t.Spec.Access.SecretRef == nil || t.Spec.Access.CA == "" {
		return nil
	}
	secret, err := t.Env.KubeconfigSecret(ctx, t.ServiceAccount, t.Spec.Access)
	if err != nil {
		return err
	}
	return Apply(ctx, t.Env.Plane.Client, []client.Object{secret})
}

// WaitReady waits until the tenant works: Tenant and Kustomization are Ready, and
// what its git holds is there.
func (t *Team) WaitReady(c *Case) {
	c.Helper()
	c.WaitReady(t.Tenant, t.Kustomization)
	c.WaitExists(t.App(), t.Config())
}

// WaitGone waits until nothing of the bundle is left, nor the namespace that the
// tenant made.
func (t *Team) WaitGone(c *Case) {
	c.Helper()
	c.WaitGone(append(t.Objects(), t.App())...)
}

// User is the user name of the team's reconciler.
func (t *Team) User() string {
	return "system:serviceaccount:" + t.ServiceAccount.Namespace + ":" + t.ServiceAccount.Name
}

// Client reaches the API server with a token of the team's reconciler.
func (t *Team) Client(ctx context.Context) (client.Client, error) {
	return t.Env.ClientOf(ctx, t.ServiceAccount.Namespace, t.ServiceAccount.Name)
}

// MustClient is Client, for a case.
func (t *Team) MustClient(c *Case) client.Client {
	c.Helper()
	reconciler, err := t.Client(c.Context())
	c.Must(err)
	return reconciler
}

// Reconcile asks Flux to reconcile the tenant now.
func (t *Team) Reconcile(c *Case) {
	c.Helper()
	_, err := c.Env.Request(c.Context(), t.Kustomization)
	c.Must(err)
}
