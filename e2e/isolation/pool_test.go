package isolation_test

import (
	"context"
	"fmt"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// resourcePool: namespaces of a tenant claim their parts of a pool, and no
// more than there is.
func resourcePool(c *harness.Case) {
	c.Parallel()
	team := c.Team(tenant.Spec{Name: "pooled"}, nil)
	team.WaitReady(c)
	c.WaitExists(account(team))
	pool, err := capsule.ResourcePool(metav1.ObjectMeta{Name: "pooled"}, capsulev1beta2.ResourcePoolSpec{
		Quota:     corev1.ResourceQuotaSpec{Hard: amounts("limits.memory", "1Gi")},
		Selectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("pooled")},
		Config:    capsulev1beta2.ResourcePoolSpecConfiguration{DefaultsAssignZero: ptr.To(true)},
	})
	c.Must(err)
	c.Apply(pool)
	namespace := team.App().Name
	claim := func(c *harness.Case, name, memory string) *capsulev1beta2.ResourcePoolClaim {
		c.Helper()
		claim, err := capsule.ResourcePoolClaim(metav1.ObjectMeta{Namespace: namespace, Name: name},
			capsulev1beta2.ResourcePoolClaimSpec{Pool: "pooled", ResourceClaims: amounts("limits.memory", memory)})
		c.Must(err)
		return claim
	}
	reconciler := team.MustClient(c)
	pod := teamPod(namespace, "large")
	pod.Spec.Containers[0].Resources.Limits = amounts("memory", "512Mi")

	c.Run("pod without a claim", func(c *harness.Case) {
		c.Eventually(func(ctx context.Context) error {
			if err := reconciler.Create(ctx, pod.DeepCopy(), client.DryRunAll); !apierrors.IsForbidden(err) {
				return fmt.Errorf("created without a claim: %v", err)
			}
			return nil
		})
		c.Refuses(reconciler.Create(c.Context(), pod.DeepCopy()), "exceeded quota")
	})
	c.Run("pod within a claim", func(c *harness.Case) {
		c.Apply(claim(c, "half", "512Mi"))
		c.Eventually(func(ctx context.Context) error { return reconciler.Create(ctx, pod.DeepCopy()) })
	})
	c.Run("claim of more than is left", func(c *harness.Case) {
		greedy := claim(c, "greedy", "768Mi")
		if err := harness.Apply(c.Context(), c.Env.Plane.Client, []client.Object{greedy}); err != nil {
			c.Refuses(err, "pool")
			return
		}
		c.Eventually(func(ctx context.Context) error {
			if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(greedy), greedy); err != nil {
				return err
			}
			exhausted := greedy.Status.Conditions.GetConditionByType("Exhausted")
			if exhausted == nil || exhausted.Status != metav1.ConditionTrue {
				return fmt.Errorf("the claim is not refused: %v", greedy.Status.Conditions)
			}
			c.Detail = exhausted.Message
			return nil
		})
		next := teamPod(namespace, "next")
		next.Spec.Containers[0].Resources.Limits = amounts("memory", "512Mi")
		c.Refuses(reconciler.Create(c.Context(), next), "exceeded quota")
	})
}
