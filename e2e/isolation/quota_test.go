package isolation_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// quota: the tenant's namespaces, what each may use, and what all may use
// together.
func quota(c *harness.Case) {
	c.Parallel()
	team := c.Team(tenant.Spec{Name: "metered", Quota: tenant.Quota{
		Namespaces:   2,
		Hard:         amounts("count/secrets", "5"),
		PerNamespace: amounts("pods", "2", "limits.memory", "1Gi"),
	}}, nil)
	team.WaitReady(c)
	second := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "metered-second"}}
	reconciler := team.MustClient(c)
	c.Must(reconciler.Create(c.Context(), second))

	c.Run("namespace over the number of namespaces", func(c *harness.Case) {
		c.Eventually(func(ctx context.Context) error {
			got := team.Tenant.DeepCopy()
			if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(got), got); err != nil {
				return err
			}
			if got.Status.Size != 2 { // Capsule counts with it
				return fmt.Errorf("the Tenant counts %d namespaces, want 2", got.Status.Size)
			}
			return nil
		})
		c.Refuses(reconciler.Create(c.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "metered-third"}}), "amespace")
	})
	c.Run("pod over the quota of its namespace", func(c *harness.Case) {
		c.WaitExists(replicated(team, "ResourceQuota"), account(team))
		waitCounted(c, replicated(team, "ResourceQuota"))
		for _, name := range []string{"one", "two"} {
			c.Must(reconciler.Create(c.Context(), teamPod(team.App().Name, name)))
		}
		c.Refuses(reconciler.Create(c.Context(), teamPod(team.App().Name, "three")), "exceeded quota: isolation")
	})
	c.Run("pod in another namespace of the tenant", func(c *harness.Case) {
		c.Eventually(func(ctx context.Context) error {
			return reconciler.Create(ctx, teamPod(second.Name, "one"))
		})
	})
	c.Run("pod over the memory of its namespace", func(c *harness.Case) {
		pod := teamPod(second.Name, "large")
		pod.Spec.Containers[0].Resources.Limits = amounts("memory", "2Gi")
		c.Refuses(reconciler.Create(c.Context(), pod), "exceeded quota: isolation")
	})
	c.Run("Secrets over what all namespaces share", func(c *harness.Case) {
		var last error
		made := 0
		for i := range 8 {
			namespace := []string{team.App().Name, second.Name}[i%2]
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("s-%d", i)}}
			if last = reconciler.Create(c.Context(), secret); last == nil {
				made++
			}
		}
		c.Detail = fmt.Sprintf("%d of 8 made", made)
		if made != 5 {
			c.Errorf("%d Secrets were made in two namespaces, want 5", made)
		}
		c.Refuses(last, "quota")
	})
}

// waitCounted waits until a ResourceQuota's status tells what is used.
func waitCounted(c *harness.Case, quota client.Object) {
	c.Helper()
	c.Eventually(func(ctx context.Context) error {
		got := &corev1.ResourceQuota{}
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(quota), got); err != nil {
			return err
		}
		if len(got.Status.Hard) == 0 {
			return fmt.Errorf("the quota has no status yet")
		}
		return nil
	})
}
