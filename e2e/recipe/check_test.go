package recipe_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// checkOwned checks that the tenant's namespace is Capsule's.
func checkOwned(c *harness.Case, t *harness.Team) {
	c.Helper()
	app := t.App()
	c.WaitExists(app)
	want := []metav1.OwnerReference{{APIVersion: capsulev1beta2.GroupVersion.String(), Kind: "Tenant", Name: t.Name}}
	for i := range app.OwnerReferences {
		app.OwnerReferences[i].UID = ""
		app.OwnerReferences[i].Controller = nil
		app.OwnerReferences[i].BlockOwnerDeletion = nil
	}
	if diff := cmp.Diff(want, app.OwnerReferences); diff != "" {
		c.Errorf("owners of namespace %s (-want +got):\n%s", app.Name, diff)
	}
}

// checkAuditLog checks that every write to the tenant's namespace, and of it, was
// made in the reconciler's name, but for Capsule's own.
func checkAuditLog(c *harness.Case, t *harness.Team) {
	c.Helper()
	events, err := c.Env.Plane.Audit()
	c.Must(err)
	app := t.App().Name
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
		if e.ImpersonatedUser.Username != t.User() {
			c.Errorf("%s in the name of %s, want %s", what, e.ImpersonatedUser.Username, t.User())
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
func checkSecondApply(c *harness.Case, t *harness.Team) {
	c.Helper()
	before := versions(c, t)
	c.Must(harness.Apply(c.Context(), c.Env.Plane.Client, t.Objects()))
	if diff := cmp.Diff(before, versions(c, t)); diff != "" {
		c.Errorf("the second apply changed resourceVersions (-before +after):\n%s", diff)
	}
}

// versions are the generations or resourceVersions of the bundle's objects.
// Controllers write to the status of some, so those count by generation.
func versions(c *harness.Case, t *harness.Team) map[string]string {
	c.Helper()
	versions := map[string]string{}
	for _, obj := range t.Objects() {
		u, err := harness.ToUnstructured(obj)
		c.Must(err)
		c.Must(c.Env.Plane.Client.Get(c.Context(), client.ObjectKeyFromObject(obj), u))
		version := "resourceVersion " + u.GetResourceVersion()
		if _, ok := u.Object["status"]; ok {
			version = fmt.Sprintf("generation %d", u.GetGeneration())
		}
		versions[u.GetKind()+" "+client.ObjectKeyFromObject(u).String()] = version
	}
	return versions
}

// listNamespaces checks the purpose of the proxy: a tenant can list its own
// namespaces, and only those. Without it, it can list none.
func listNamespaces(c *harness.Case) {
	c.NeedsProxy()
	access := c.Env.Access(harness.ProxyTokenless())
	team := c.Team(tenant.Spec{Name: "lists", Access: access}, nil)
	other := c.Team(tenant.Spec{Name: "listed", Access: access}, nil)
	team.WaitReady(c)
	other.WaitReady(c)

	var namespaces corev1.NamespaceList
	proxied, err := c.Env.ProxyClientOf(c.Context(), team.ServiceAccount.Namespace, team.ServiceAccount.Name)
	c.Must(err)
	c.Must(proxied.List(c.Context(), &namespaces))
	var names []string
	for _, n := range namespaces.Items {
		names = append(names, n.Name)
	}
	if diff := cmp.Diff([]string{team.App().Name}, names); diff != "" {
		c.Errorf("namespaces listed through the proxy (-want +got):\n%s", diff)
	}
	if err := team.MustClient(c).List(c.Context(), &namespaces); !apierrors.IsForbidden(err) {
		c.Errorf("namespaces listed at the API server: %v, want Forbidden", err)
	}
}
