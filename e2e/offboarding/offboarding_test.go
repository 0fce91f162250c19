package offboarding_test

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

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestOffboarding removes a tenant in the documented order, the Kustomization
// first, and all at once. Each has put an object where neither Capsule nor the
// deletion of the home namespace removes it: into a namespace that the platform
// lets it use.
func TestOffboarding(t *testing.T) {
	env := harness.Start(t)
	env.DocumentTimes(t, "offboarding")
	env.Run(t, "documented order", func(c *harness.Case) {
		c.Parallel()
		team := leavingTeam(c, "leaving", "commons-1")
		begin := time.Now()
		c.Remove(team.Kustomization)
		c.WaitGone(team.Kustomization)
		rest := team.Objects()
		slices.Reverse(rest)
		c.Remove(rest...)
		team.WaitGone(c)
		c.Took("nothing left after", begin)
		if diff := cmp.Diff([]string(nil), traces(c, team.Name)); diff != "" {
			c.Errorf("left behind (-want +got):\n%s", diff)
		}
		leaves(c, team.Name, "RoleBinding commons-1/guest")
	})
	env.Run(t, "all at once", func(c *harness.Case) {
		c.Parallel()
		team := leavingTeam(c, "hasty", "commons-2")
		begin := time.Now()
		c.Remove(team.Objects()...)
		team.WaitGone(c)
		left := traces(c, team.Name)
		c.Took("left behind "+strings.Join(left, ", ")+" after", begin)
		if diff := cmp.Diff([]string{"ConfigMap commons-2/of-hasty"}, left); diff != "" {
			c.Errorf("left behind (-want +got):\n%s", diff)
		}
		leaves(c, team.Name, "ConfigMap commons-2/of-hasty", "RoleBinding commons-2/guest")
	})
	for _, access := range []harness.Access{harness.ImpersonationOnly(), harness.ProxyTokenless()} {
		env.Run(t, "made again at once, "+access.Name, func(c *harness.Case) { makeAgain(c, access) })
	}
}

// makeAgain deletes a tenant and makes it again within seconds: Flux must not go on
// with a token of the account that is gone.
func makeAgain(c *harness.Case, access harness.Access) {
	c.Parallel()
	if access.Proxy {
		c.NeedsProxy()
	}
	spec := tenant.Spec{Name: harness.Slug("again " + access.Name), Access: c.Env.Access(access)}
	team := c.Team(spec, nil)
	team.WaitReady(c)
	c.Remove(team.Objects()...)
	team.WaitGone(c)
	begin := time.Now()
	team = c.Team(spec, nil)
	team.WaitReady(c)
	c.Took("Ready after", begin)
	if took := time.Since(begin); took > time.Minute {
		c.Errorf("%s, want less than a minute", took)
	}
}

// leavingTeam is a tenant that keeps a ConfigMap in a namespace of the platform's,
// in which its reconciler has a role.
func leavingTeam(c *harness.Case, name, commons string) *harness.Team {
	c.Helper()
	t, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: name}, map[string]string{"commons.yaml": harness.Expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: of-${tenant}, namespace: ${commons}}
`, "tenant", name, "commons", commons)})
	c.Must(err)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: commons}}
	binding := t.HomeRoleBinding.DeepCopy()
	binding.ObjectMeta = metav1.ObjectMeta{Namespace: commons, Name: "guest"}
	binding.RoleRef.Name = "admin"
	for _, obj := range []client.Object{namespace, binding} {
		c.Must(c.Env.Plane.Client.Create(c.Context(), obj))
	}
	c.Must(t.Apply(c.Context()))
	t.WaitReady(c)
	return t
}

// leaves checks what the library says that a tenant has left.
func leaves(c *harness.Case, name string, want ...string) {
	c.Helper()
	left, err := apply.Leftovers(c.Context(), c.Env.Plane.Admin, name)
	c.Must(err)
	var got []string
	for _, l := range left {
		got = append(got, l.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("leftovers (-want +got):\n%s", diff)
	}
}

// traces are the objects that have the tenant in their name, in a label or in
// their namespace's name.
func traces(c *harness.Case, name string) []string {
	c.Helper()
	var found []string
	for _, obj := range c.Everything() {
		if strings.Contains(obj.Namespace+" "+obj.Name+fmt.Sprint(obj.Labels), name) {
			found = append(found, obj.Kind+" "+client.ObjectKeyFromObject(&obj).String())
		}
	}
	return found
}
