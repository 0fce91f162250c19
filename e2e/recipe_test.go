package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestRecipe follows one tenant of each access mode from its first apply on.
func TestRecipe(t *testing.T) {
	for _, mode := range accesses {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			c := newCase(t)
			if mode.proxy {
				c.needsProxy()
			}
			access := mode.access()
			name := slug("recipe " + mode.name)
			begin := time.Now()
			team := c.mustTeam(tenant.Spec{
				Name:   name,
				Access: access,
				Git:    tenant.Git{Interval: metav1.Duration{Duration: 5 * time.Second}},
			}, nil)
			if access.SecretRef != nil {
				secret, err := team.kubeconfigSecret(c.Context(), access)
				if err != nil {
					c.Fatal(err)
				}
				if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{secret}); err != nil {
					c.Fatal(err)
				}
			}
			team.waitReady(c)
			c.detail = fmt.Sprintf("Ready %s after one apply", time.Since(begin).Round(100*time.Millisecond))

			team.checkOwned(c)
			team.checkSecondApply(c)
			team.checkNested(c)
			team.checkHelmRelease(c)
			team.checkAudit(c)
			team.checkChange(c)
			team.checkPrune(c)
		})
	}
}

// checkOwned checks that the tenant's namespace is Capsule's.
func (t *team) checkOwned(c *testCase) {
	c.Helper()
	app := t.app()
	if err := cluster.Client.Get(c.Context(), client.ObjectKeyFromObject(app), app); err != nil {
		c.Fatal(err)
	}
	want := []metav1.OwnerReference{{APIVersion: capsulev1beta2.GroupVersion.String(), Kind: "Tenant", Name: t.name}}
	for i := range app.OwnerReferences {
		app.OwnerReferences[i].UID = ""
		app.OwnerReferences[i].Controller = nil
		app.OwnerReferences[i].BlockOwnerDeletion = nil
	}
	if diff := cmp.Diff(want, app.OwnerReferences); diff != "" {
		c.Errorf("owners of namespace %s (-want +got):\n%s", app.Name, diff)
	}
}

// checkAudit checks that every write to the tenant's namespace, and of it, was
// made in the reconciler's name, but for Capsule's own.
func (t *team) checkAudit(c *testCase) {
	c.Helper()
	events, err := cluster.Audit()
	if err != nil {
		c.Fatal(err)
	}
	app := t.app().Name
	want := []string{"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:" + t.ServiceAccount.Namespace}
	written := map[string]bool{}
	for _, e := range events {
		ref := e.ObjectRef
		ours := ref != nil && (ref.Namespace == app || ref.Resource == "namespaces" && ref.Name == app)
		if !ours || e.User.Username == "system:serviceaccount:capsule-system:capsule" {
			continue
		}
		what := fmt.Sprintf("%s of %s %s", e.Verb, ref.Resource, ref.Name)
		if e.ImpersonatedUser == nil {
			c.Errorf("%s by %s: not impersonated", what, e.User.Username)
			continue
		}
		written[ref.Resource] = true
		if e.ImpersonatedUser.Username != t.reconciler() {
			c.Errorf("%s in the name of %s, want %s", what, e.ImpersonatedUser.Username, t.reconciler())
		}
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(e.ImpersonatedUser.Groups))); diff != "" {
			c.Errorf("%s: groups (-want +got):\n%s", what, diff)
		}
	}
	// The namespace and its ConfigMaps, and the release that Helm keeps in a Secret.
	if diff := cmp.Diff([]string{"configmaps", "namespaces", "secrets"}, slices.Sorted(maps.Keys(written))); diff != "" {
		c.Errorf("resources written in the audit log (-want +got):\n%s", diff)
	}
}

// checkSecondApply checks that applying the bundle again changes nothing.
func (t *team) checkSecondApply(c *testCase) {
	c.Helper()
	before := t.versions(c)
	if err := t.apply(c.Context()); err != nil {
		c.Fatal(err)
	}
	if diff := cmp.Diff(before, t.versions(c)); diff != "" {
		c.Errorf("the second apply changed resourceVersions (-before +after):\n%s", diff)
	}
}

// versions are the generations or resourceVersions of the bundle's objects.
// Controllers write to the status of some, so those count by generation.
func (t *team) versions(c *testCase) map[string]string {
	c.Helper()
	versions := map[string]string{}
	for _, obj := range t.Objects() {
		u, err := toUnstructured(obj)
		if err != nil {
			c.Fatal(err)
		}
		if err := cluster.Client.Get(c.Context(), client.ObjectKeyFromObject(obj), u); err != nil {
			c.Fatal(err)
		}
		version := "resourceVersion " + u.GetResourceVersion()
		if _, ok := u.Object["status"]; ok {
			version = fmt.Sprintf("generation %d", u.GetGeneration())
		}
		versions[u.GetKind()+" "+client.ObjectKeyFromObject(u).String()] = version
	}
	return versions
}

// checkNested puts a Kustomization into the tenant's git that applies another
// path of the repository.
func (t *team) checkNested(c *testCase) {
	c.Helper()
	nested, err := t.NewKustomization("nested", flux.Path("./nested"))
	if err != nil {
		c.Fatal(err)
	}
	text, err := toYAML(nested)
	if err != nil {
		c.Fatal(err)
	}
	t.change(c, func() {
		t.files["flux/nested.yaml"] = text
		t.files["flux/kustomization.yaml"] = "resources: [nested.yaml]\n"
		t.files["kustomization.yaml"] = "resources: [namespace.yaml, config.yaml, flux]\n"
		t.files["nested/config.yaml"] = expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: nested, namespace: ${tenant}-app}
`, "tenant", t.name)
	})
	waitExists(c, nested, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: t.app().Name, Name: "nested"}})
	waitReady(c, nested)
}

// checkHelmRelease puts a HelmRelease into the tenant's git.
func (t *team) checkHelmRelease(c *testCase) {
	c.Helper()
	home, app := t.ServiceAccount.Namespace, t.app().Name
	repository, err := flux.HelmRepository(home, "charts", charts.URL)
	if err != nil {
		c.Fatal(err)
	}
	opts := []flux.HelmReleaseOption{
		flux.Chart("app"), flux.ServiceAccount(t.ServiceAccount.Name), flux.TargetNamespace(app), flux.StorageNamespace(app),
	}
	if kubeConfig := t.Kustomization.Spec.KubeConfig; kubeConfig != nil {
		opts = append(opts, flux.KubeConfig(*kubeConfig))
	}
	release, err := flux.HelmRelease(home, "app", flux.From(repository), opts...)
	if err != nil {
		c.Fatal(err)
	}
	text, err := toYAML(repository, release)
	if err != nil {
		c.Fatal(err)
	}
	t.change(c, func() {
		t.files["flux/release.yaml"] = text
		t.files["flux/kustomization.yaml"] = "resources: [nested.yaml, release.yaml]\n"
	})
	waitExists(c, release)
	waitReady(c, release)
	waitExists(c, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: app, Name: "from-chart"}})
}

// checkChange changes an object in the tenant's git.
func (t *team) checkChange(c *testCase) {
	c.Helper()
	t.change(c, func() {
		t.files["config.yaml"] = expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: ${tenant}-app}
data: {color: green}
`, "tenant", t.name)
	})
	config := t.config()
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(config), config); err != nil {
			return err
		}
		if got := config.Data["color"]; got != "green" {
			return fmt.Errorf("the ConfigMap's color is %q, want green", got)
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
}

// checkPrune removes objects from the tenant's git, one of each controller's.
func (t *team) checkPrune(c *testCase) {
	c.Helper()
	t.change(c, func() {
		maps.DeleteFunc(t.files, func(path, _ string) bool { return path != "namespace.yaml" })
	})
	home, app := t.ServiceAccount.Namespace, t.app().Name
	waitGone(c,
		t.config(),
		&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "nested"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: app, Name: "nested"}},
		&helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "app"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: app, Name: "from-chart"}},
	)
	waitReady(c, t.Kustomization)
}

// change changes the team's files and pushes them.
func (t *team) change(c *testCase, change func()) {
	c.Helper()
	change()
	if err := t.push(c.Context()); err != nil {
		c.Fatal(err)
	}
}

// TestProxyLists checks what the proxy is there for: a tenant can list its own
// namespaces, and them only. Without it, it can list none.
func TestProxyLists(t *testing.T) {
	c := newCase(t)
	c.needsProxy()
	team := c.mustTeam(tenant.Spec{Name: "lists", Access: accesses[0].access()}, nil)
	other := c.mustTeam(tenant.Spec{Name: "listed", Access: accesses[0].access()}, nil)
	team.waitReady(c)
	other.waitReady(c)

	var namespaces corev1.NamespaceList
	account := team.ServiceAccount
	proxied, err := as(c.Context(), cluster.Proxy.URL, cluster.Proxy.CA(), account.Namespace, account.Name)
	if err != nil {
		c.Fatal(err)
	}
	if err := proxied.List(c.Context(), &namespaces); err != nil {
		c.Fatal(err)
	}
	var names []string
	for _, n := range namespaces.Items {
		names = append(names, n.Name)
	}
	if diff := cmp.Diff([]string{team.app().Name}, names); diff != "" {
		c.Errorf("namespaces listed through the proxy (-want +got):\n%s", diff)
	}

	direct, err := team.client(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	if err := direct.List(c.Context(), &namespaces); !apierrors.IsForbidden(err) {
		c.Errorf("namespaces listed at the API server: %v, want Forbidden", err)
	}
}
