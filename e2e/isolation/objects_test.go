package isolation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestIsolation runs every case beside the others.
func TestIsolation(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "objects", everyObject)
	env.Run(t, "stays", stays)
	env.Run(t, "network policy of the tenant's git", adopts)
	env.Run(t, "later", later)
	env.Run(t, "quota", quota)
	env.Run(t, "resource pool", resourcePool)
}

// everyObject makes every object as the tenant, with the token of its
// reconciler.
func everyObject(c *harness.Case) {
	c.Parallel()
	offer(c, classes)
	team := c.Team(isolated("isolated"), nil)
	c.Team(isolated("neighbour"), nil)
	team.WaitReady(c)
	c.WaitExists(policy(team), replicated(team, "LimitRange"), replicated(team, "ResourceQuota"), account(team))
	reconciler := team.MustClient(c)
	for _, attempt := range attempts {
		c.Run(attempt.name, func(c *harness.Case) {
			u := attempt.build(c)
			u.SetNamespace(team.App().Name)
			u.SetName(harness.Slug(attempt.name))
			user := reconciler
			if attempt.admin {
				user = c.Env.Plane.Client
			}
			err := user.Create(c.Context(), u)
			switch {
			case attempt.refused != "":
				c.Refuses(err, attempt.refused)
			case err != nil:
				c.Error(err)
			case attempt.becomes != nil:
				if err := attempt.becomes(made{u}); err != nil {
					c.Error(err)
				}
			}
		})
	}
}

// adopts: network policies of the names that Capsule takes, which
// the tenant's git holds beside its first namespace, do not stay what they are.
func adopts(c *harness.Case) {
	c.Parallel()
	team := c.Team(tenant.Spec{Name: "first", Isolation: tenant.Isolation{Profile: tenant.Baseline}}, map[string]string{"policy.yaml": `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: capsule-first-0, namespace: first-app}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}
`})
	begin := time.Now()
	c.Eventually(func(ctx context.Context) error {
		got := policy(team)
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(got), got); err != nil {
			return err
		}
		if diff := cmp.Diff(policy(team).Spec, got.Spec); diff != "" {
			return fmt.Errorf("the policy (-want +got):\n%s", diff)
		}
		return nil
	})
	c.Took("the platform's after", begin)
}

// later gives an isolation to a tenant that has namespaces already.
func later(c *harness.Case) {
	c.Parallel()
	team := c.Team(tenant.Spec{Name: "settled"}, nil)
	team.WaitReady(c)
	begin := time.Now()
	team = c.Team(tenant.Spec{Name: "settled", Isolation: tenant.Isolation{Profile: tenant.Restricted}}, nil)
	c.WaitExists(policy(team), replicated(team, "LimitRange"), replicated(team, "ResourceQuota"))
	c.Eventually(func(ctx context.Context) error {
		namespace := team.App()
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(namespace), namespace); err != nil {
			return err
		}
		if got := namespace.Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
			return fmt.Errorf("the Pod Security level is %q, want restricted", got)
		}
		return nil
	})
	c.Took("in force after", begin)
	c.WaitReady(team.Tenant, team.Kustomization)
}
