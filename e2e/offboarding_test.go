package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestOffboarding removes a tenant in the documented order, the Kustomization
// first, and all at once. Each has put an object where neither Capsule nor the
// deletion of the home namespace removes it: into a namespace that the platform
// lets it use.
func TestOffboarding(t *testing.T) {
	t.Run("documented order", func(t *testing.T) {
		t.Parallel()
		c := newCase(t)
		team := leavingTeam(c, "leaving", "commons-1")
		begin := time.Now()
		remove(c, team.Kustomization)
		waitGone(c, team.Kustomization.DeepCopy())
		rest := team.Objects()
		slices.Reverse(rest)
		remove(c, rest...)
		team.waitGone(c)
		c.detail = fmt.Sprintf("nothing left after %s", time.Since(begin).Round(100*time.Millisecond))
		if diff := cmp.Diff([]string(nil), traces(c, team.name)); diff != "" {
			c.Errorf("left behind (-want +got):\n%s", diff)
		}
	})
	t.Run("all at once", func(t *testing.T) {
		t.Parallel()
		c := newCase(t)
		team := leavingTeam(c, "hasty", "commons-2")
		begin := time.Now()
		remove(c, team.Objects()...)
		team.waitGone(c)
		left := traces(c, team.name)
		c.detail = fmt.Sprintf("after %s left behind: %s", time.Since(begin).Round(100*time.Millisecond), strings.Join(left, ", "))
		if diff := cmp.Diff([]string{"ConfigMap commons-2/of-hasty"}, left); diff != "" {
			c.Errorf("left behind (-want +got):\n%s", diff)
		}
	})
}

// leavingTeam is a tenant that keeps a ConfigMap in a namespace of the
// platform's, in which its reconciler has a role.
func leavingTeam(c *testCase, name, commons string) *team {
	c.Helper()
	t, err := newTeam(c.Context(), tenant.Spec{Name: name}, map[string]string{"commons.yaml": expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: of-${tenant}, namespace: ${commons}}
`, "tenant", name, "commons", commons)})
	if err != nil {
		c.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: commons}}
	binding := t.HomeRoleBinding.DeepCopy()
	binding.ObjectMeta = metav1.ObjectMeta{Namespace: commons, Name: "guest"}
	for _, obj := range []client.Object{namespace, binding} {
		if err := cluster.Client.Create(c.Context(), obj); err != nil {
			c.Fatal(err)
		}
	}
	if err := t.apply(c.Context()); err != nil {
		c.Fatal(err)
	}
	t.waitReady(c)
	return t
}

// remove deletes objects without waiting for them to be gone.
func remove(c *testCase, objects ...client.Object) {
	c.Helper()
	for _, obj := range objects {
		if err := cluster.Client.Delete(c.Context(), obj.DeepCopyObject().(client.Object)); client.IgnoreNotFound(err) != nil {
			c.Fatal(err)
		}
	}
}

// waitGone waits until nothing of the bundle is left, nor the namespace that
// the tenant made.
func (t *team) waitGone(c *testCase) {
	c.Helper()
	for _, obj := range append(t.Objects(), t.app()) {
		waitGone(c, obj.DeepCopyObject().(client.Object))
	}
}

// traces are the objects that have the tenant in their name, in a label or in
// their namespace's name.
func traces(c *testCase, name string) []string {
	c.Helper()
	var found []string
	for _, obj := range everything(c) {
		if strings.Contains(obj.Namespace+" "+obj.Name+fmt.Sprint(obj.Labels), name) {
			found = append(found, obj.Kind+" "+client.ObjectKeyFromObject(&obj).String())
		}
	}
	return found
}
