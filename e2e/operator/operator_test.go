package operator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/examples/operator/api/v1alpha1"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// many is how many Teams there are at a time.
const many = 50

// TestOperator follows Teams through their lives.
func TestOperator(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "package apply alone", applyAlone)
	var o *operator
	env.Run(t, "installed", func(c *harness.Case) { o = install(c) })
	if t.Failed() {
		return
	}
	t.Cleanup(o.kill)
	env.Run(t, "the CRD refuses shapes", func(c *harness.Case) { refuseShapes(c, o) })
	env.Run(t, "started", o.start)
	env.Run(t, "create, change, break, repair, delete", func(c *harness.Case) { follow(c, o) })
	env.Run(t, "two Teams want the same", func(c *harness.Case) { contend(c, o) })
	env.Run(t, "killed in the middle", func(c *harness.Case) { interrupt(c, o) })
	env.Run(t, fmt.Sprintf("%d Teams", many), func(c *harness.Case) { crowd(c, o) })
}

func follow(c *harness.Case, o *operator) {
	ctx := c.Context()
	begin := time.Now()
	c.Must(o.Create(ctx, push(c, "blue", nil)))
	o.waitFor(c, "blue", "Ready", metav1.ConditionTrue)
	c.Took("Ready after", begin)
	app := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "blue-app"}}
	c.WaitExists(app)

	o.update(c, "blue", func(s *tenant.Spec) { s.Owners = []tenant.Owner{{Kind: "User", Name: "alice"}} })
	alice := &capsulev1beta2.TenantOwner{ObjectMeta: metav1.ObjectMeta{Name: "blue.user.alice"}}
	c.WaitExists(alice)
	o.update(c, "blue", func(s *tenant.Spec) { s.Owners = nil })
	c.WaitGone(alice)

	o.update(c, "blue", func(s *tenant.Spec) { s.HomeRole, s.Path = "cluster-admin", "../.." })
	broken := o.waitFor(c, "blue", "Valid", metav1.ConditionFalse)
	c.Contains(broken.Message, "spec.homeRole: Forbidden", "spec.path: Invalid value")
	c.WaitReady(&capsulev1beta2.Tenant{ObjectMeta: metav1.ObjectMeta{Name: "blue"}}) // as it was
	o.update(c, "blue", func(s *tenant.Spec) { s.HomeRole, s.Path = "", "" })
	o.waitFor(c, "blue", "Valid", metav1.ConditionTrue)
	o.waitFor(c, "blue", "Ready", metav1.ConditionTrue)

	checkTelling(c, o)
	c.Must(o.Delete(ctx, &v1alpha1.Team{ObjectMeta: metav1.ObjectMeta{Name: "blue"}}, client.PropagationPolicy(metav1.DeletePropagationForeground)))
	o.gone(c, "blue")
}

// checkTelling: events and metrics show the Team's state.
func checkTelling(c *harness.Case, o *operator) {
	c.Helper()
	var events eventsv1.EventList
	c.Must(o.List(c.Context(), &events))
	seen := map[string]bool{}
	for _, event := range events.Items {
		if event.Regarding.Kind == "Team" && event.Regarding.Name == "blue" {
			seen[event.Reason] = true
		}
	}
	for _, reason := range []string{"Accepted", "Progressing", "Ready", "Invalid", "Removed"} {
		if !seen[reason] {
			c.Errorf("no event %s among %v", reason, seen)
		}
	}
	response, err := http.Get("http://127.0.0.1:18080/metrics")
	c.Must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	c.Must(err)
	c.Contains(string(text), `team_ready{team="blue"} 1`)
}

// contend: of two Teams with one host name the first has it; the second gets it when
// the first is gone.
func contend(c *harness.Case, o *operator) {
	ctx := c.Context()
	hostname := func(s *tenant.Spec) { s.Isolation.Hostnames = []string{"www.example.com"} }
	c.Must(o.Create(ctx, push(c, "first", hostname)))
	o.waitFor(c, "first", "Valid", metav1.ConditionTrue)
	c.Must(o.Create(ctx, push(c, "second", hostname)))
	refused := o.waitFor(c, "second", "Valid", metav1.ConditionFalse)
	c.Contains(refused.Message, "spec.isolation.hostnames[0]: Duplicate value", `tenant "first"`)
	c.Must(c.Env.IsGone(ctx, &capsulev1beta2.Tenant{ObjectMeta: metav1.ObjectMeta{Name: "second"}}))
	c.Must(o.Delete(ctx, &v1alpha1.Team{ObjectMeta: metav1.ObjectMeta{Name: "first"}}))
	o.gone(c, "first")
	o.update(c, "second", func(s *tenant.Spec) { s.Labels = map[string]string{"again": "true"} })
	o.waitFor(c, "second", "Ready", metav1.ConditionTrue)
	c.Must(o.Delete(ctx, &v1alpha1.Team{ObjectMeta: metav1.ObjectMeta{Name: "second"}}))
	o.gone(c, "second")
}

// interrupt kills the operator while it makes a tenant, and while it removes it.
func interrupt(c *harness.Case, o *operator) {
	ctx := c.Context()
	team := push(c, "torn", nil)
	c.Must(o.Create(ctx, team))
	c.WaitExists(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "torn"}}) // the first object of the bundle
	o.kill()
	o.start(c)
	o.waitFor(c, "torn", "Ready", metav1.ConditionTrue)

	bundle, err := tenant.Build(team.Spec)
	c.Must(err)
	c.Must(o.Delete(ctx, team))
	c.WaitGone(bundle.Kustomization) // the first step of the removal
	o.kill()
	if err := o.Get(ctx, client.ObjectKeyFromObject(team), team); err != nil {
		c.Errorf("the Team while its tenant is half gone: %v", err)
	}
	o.start(c)
	o.gone(c, "torn")
}

// crowd creates many Teams at once, and deletes them at once.
func crowd(c *harness.Case, o *operator) {
	var teams []*v1alpha1.Team
	for i := range many {
		teams = append(teams, push(c, fmt.Sprintf("crowd-%03d", i), nil))
	}
	each := func(do func(context.Context, *v1alpha1.Team) error) {
		group, ctx := errgroup.WithContext(c.Context())
		group.SetLimit(20)
		for _, team := range teams {
			group.Go(func() error { return do(ctx, team) })
		}
		c.Must(group.Wait())
	}
	begin := time.Now()
	each(func(ctx context.Context, team *v1alpha1.Team) error { return o.Create(ctx, team) })
	for _, team := range teams {
		o.waitFor(c, team.Name, "Ready", metav1.ConditionTrue)
	}
	made := time.Since(begin)
	begin = time.Now()
	each(func(ctx context.Context, team *v1alpha1.Team) error { return o.Delete(ctx, team) })
	for _, team := range teams {
		c.WaitGone(harness.Object("example.com/v1alpha1", "Team", "", team.Name))
	}
	c.Detail = fmt.Sprintf("all Ready after %s, all gone after %s", made.Round(time.Second), time.Since(begin).Round(time.Second))
}

// refuseShapes: the API server and Build refuse a spec that is invalid because of a
// single field, or of fields that exclude each other.
func refuseShapes(c *harness.Case, o *operator) {
	valid := func() *v1alpha1.Team {
		return &v1alpha1.Team{ObjectMeta: metav1.ObjectMeta{Name: "shape"}, Spec: tenant.Spec{
			Name: "shape", Git: tenant.Git{URL: "https://example.com/shape.git", Branch: "main"},
		}}
	}
	c.Must(o.Create(c.Context(), valid(), client.DryRunAll))
	for name, test := range map[string]struct {
		spoil func(*tenant.Spec)
		says  string
	}{
		"no source":      {func(s *tenant.Spec) { s.Git = tenant.Git{} }, "exactly one of the fields in [git oci]"},
		"two sources":    {func(s *tenant.Spec) { s.OCI.URL = "oci://example.com/x" }, "exactly one of the fields in [git oci]"},
		"branch and tag": {func(s *tenant.Spec) { s.Git.Tag = "v1" }, "at most one of the fields in [branch tag semver]"},
		"URL":            {func(s *tenant.Spec) { s.Git.URL = "ftp://example.com" }, "spec.git.url"},
		"home":           {func(s *tenant.Spec) { s.Home = "A" }, "spec.home"},
		"role and none":  {func(s *tenant.Spec) { s.HomeRole, s.NoHomeRole = "admin", true }, "homeRole may not be given together with noHomeRole"},
		"owner's kind":   {func(s *tenant.Spec) { s.Owners = []tenant.Owner{{Kind: "Robot", Name: "r2d2"}} }, "spec.owners[0].kind"},
		"interval":       {func(s *tenant.Spec) { s.Interval.Duration = -time.Second }, "spec.interval"},
		"namespaces":     {func(s *tenant.Spec) { s.Quota.Namespaces = -1 }, "spec.quota.namespaces"},
		"profile":        {func(s *tenant.Spec) { s.Isolation.Profile = "strict" }, "spec.isolation.profile"},
		"registry":       {func(s *tenant.Spec) { s.Isolation.Registries = []string{"nginx"} }, "spec.isolation.registries[0]"},
		"exceptions of no isolation": {func(s *tenant.Spec) {
			s.Isolation.Network = tenant.Network{Isolate: new(false), From: []string{"ingress"}}
		},
			"exceptions from isolate: true"},
		"proxy":                  {func(s *tenant.Spec) { s.Access.Proxy = "http://proxy" }, "spec.access.proxy"},
		"leaving and quarantine": {func(s *tenant.Spec) { s.Leaving, s.Quarantine = true, true }, "end the quarantine first"},
		"another name":           {func(s *tenant.Spec) { s.Name = "another" }, "spec.name must be the Team's name"},
	} {
		team := valid()
		test.spoil(&team.Spec)
		err := o.Create(c.Context(), team, client.DryRunAll)
		if !apierrors.IsInvalid(err) {
			c.Errorf("%s: %v", name, err)
			continue
		}
		c.Contains(err.Error(), test.says)
		if _, err := tenant.Build(team.Spec); err == nil && name != "another name" {
			c.Errorf("%s: Build accepts it", name)
		}
	}
}
