package harness

import (
	"context"
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// victimSources are a victim's objects that others attack, besides its Secrets: a
// private repository, and a release with a digit in its values that nobody can guess.
const victimSources = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: ${home}}
spec: {url: "${charts}", interval: 10m}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: private, namespace: ${home}}
spec: {url: "${private}", interval: 10m, ref: {branch: ${branch}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: ${home}}
spec:
  interval: 10m
  timeout: 5m
  serviceAccountName: ${account}
  targetNamespace: ${name}-app
  storageNamespace: ${name}-app
  chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts}}}
  values: {pin: "${pin}"}
`

// NewVictim builds a tenant with objects that others attack. Nothing is applied yet.
func (e *Env) NewVictim(ctx context.Context, spec tenant.Spec) (*Team, error) {
	home, account := spec.Home, spec.ServiceAccount
	if home == "" {
		home = spec.Name
	}
	if account == "" {
		account = tenant.DefaultServiceAccount
	}
	private := spec.Name + "-private"
	content := "{apiVersion: v1, kind: ConfigMap, metadata: {name: private}, data: {secret: hidden}}"
	if err := e.Git.Push(ctx, private, map[string]string{"private.yaml": content}); err != nil {
		return nil, err
	}
	return e.NewTeam(ctx, spec, map[string]string{
		"secret.yaml": Expand(HiddenSecret, "namespace", home) + "---\n" + Expand(HiddenSecret, "namespace", spec.Name+"-app"),
		"sources.yaml": Expand(victimSources, "home", home, "name", spec.Name, "account", account, "charts", e.Charts.URL,
			"private", e.Git.URL(private), "branch", gitserver.Branch, "pin", fmt.Sprint(rand.IntN(10))),
	})
}

// WaitHolding waits until a victim has the objects that others attack.
func (t *Team) WaitHolding(c *Case) {
	c.Helper()
	home := t.ServiceAccount.Namespace
	c.WaitReady(t.Tenant, t.Kustomization,
		Object("source.toolkit.fluxcd.io/v1", "GitRepository", home, "private"),
		Object("helm.toolkit.fluxcd.io/v2", "HelmRelease", home, "app"))
}

// Pin is the digit in the values of a victim's release.
func (t *Team) Pin(ctx context.Context) (string, error) {
	release := Object("helm.toolkit.fluxcd.io/v2", "HelmRelease", t.ServiceAccount.Namespace, "app")
	if err := t.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(release), release); err != nil {
		return "", err
	}
	pin, _, err := unstructured.NestedString(release.Object, "spec", "values", "pin")
	return pin, err
}

// ReadsHidden is nil when the client reads the Secret that a victim hides in a
// namespace.
func ReadsHidden(ctx context.Context, c client.Client, namespace string) error {
	var secrets corev1.SecretList
	if err := c.List(ctx, &secrets, client.InNamespace(namespace)); err != nil {
		return err
	}
	for _, s := range secrets.Items {
		if s.Name == "hidden" && string(s.Data["secret"]) == "hidden" {
			return nil
		}
	}
	return fmt.Errorf("there is no hidden Secret in %s", namespace)
}
