package upgrade_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestUpgrade takes a platform with two tenants from the oldest set of versions to the
// newest.
func TestUpgrade(t *testing.T) {
	from, err := controlplane.NewSet("oldest")
	if err != nil {
		t.Fatal(err)
	}
	to, err := controlplane.NewSet("newest")
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Built(); err != nil {
		t.Fatal(err)
	}
	env := harness.StartSet(t, from)
	name := fmt.Sprintf("Flux %s to %s, Capsule %s to %s", from.Flux, to.Flux, from.Capsule, to.Capsule)
	env.Run(t, name, func(c *harness.Case) { upgrade(c, from, to) })
}

// A step is one part of the upgrade.
type step struct {
	name string
	take func(ctx context.Context) error
}

// steps are the upgrade in the documented order.
func steps(env *harness.Env, from, to controlplane.Set) []step {
	plane := env.Plane
	all := []step{
		{"CRDs", func(ctx context.Context) error { return plane.UpgradeCRDs(ctx, to) }},
		{"Capsule", func(ctx context.Context) error { return plane.UpgradeCapsule(ctx, to) }},
		// Only one version of Capsule Proxy can be had, so that this is a restart.
		{"Capsule Proxy", func(ctx context.Context) error { plane.Proxy.Stop(); return plane.Proxy.Start(ctx) }},
		// What flux bootstrap leaves before fluxcapsule fleet has run.
		{"Flux with the old lockdown", func(ctx context.Context) error {
			if err := plane.UpgradeFlux(ctx, to); err != nil {
				return err
			}
			old := harness.Defaults()
			old.FluxVersion = from.Flux
			return env.Protect(ctx, old)
		}},
		{"lockdown", func(ctx context.Context) error { return env.Protect(ctx, harness.Defaults()) }},
	}
	return slices.DeleteFunc(all, func(s step) bool { return s.name == "Capsule Proxy" && plane.Proxy == nil })
}

// upgrade takes every step. After each the tenants' git still arrives, and everything
// that was there is the same object.
func upgrade(c *harness.Case, from, to controlplane.Set) {
	p := newPlatform(c)
	before := p.identities(c)
	failures := p.watch(c)

	var took []string
	longest := time.Duration(0)
	for i, s := range steps(c.Env, from, to) {
		begin := time.Now()
		c.Must(s.take(c.Context()))
		restart := time.Since(begin)
		longest = max(longest, restart)
		p.arrives(c, fmt.Sprintf("step-%d", i))
		if diff := cmp.Diff(before, p.identities(c)); diff != "" {
			c.Fatalf("after the upgrade of %s (-before +after):\n%s", s.name, diff)
		}
		took = append(took, fmt.Sprintf("%s %s", s.name, restart.Round(100*time.Millisecond)))
	}
	worst := failures.stop()
	// Who failed while something restarted tries again within the retry interval.
	if limit := longest + retry + 5*time.Second; worst.took > limit {
		c.Errorf("%s failed for %s, longer than the longest restart allows (%s): %s", worst.object, worst.took, limit, worst.message)
	}
	p.isolate(c)
	c.Detail = fmt.Sprintf("%s; longest failure %s of %s", strings.Join(took, ", "), worst.took.Round(100*time.Millisecond), worst.object)
}

// isolate gives the tenants, which the old Capsule could not isolate, a profile.
func (p *platform) isolate(c *harness.Case) {
	c.Helper()
	before := p.identities(c)
	for _, team := range p.teams {
		team.Spec.Isolation.Profile = tenant.Baseline
		var err error
		team.Bundle, err = tenant.Build(team.Spec)
		c.Must(err)
	}
	p.publish(c)
	for _, team := range p.teams {
		app := team.App()
		c.WaitExists(&corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Namespace: app.Name, Name: "isolation"}})
		c.Eventually(func(ctx context.Context) error {
			err := team.MustClient(c).Create(ctx, &corev1.Service{
				ObjectMeta: metav1.ObjectMeta{Namespace: app.Name, Name: "open"},
				Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeNodePort, Ports: []corev1.ServicePort{{Port: 80}}},
			})
			if err == nil || !strings.Contains(err.Error(), "denied the request") {
				return fmt.Errorf("a Service of type NodePort with profile baseline: %v, want a refusal by Capsule", err)
			}
			return nil
		})
	}
	p.arrives(c, "isolated")
	if diff := cmp.Diff(before, p.identities(c)); diff != "" {
		c.Errorf("with a profile (-before +after):\n%s", diff)
	}
}
