package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestFaults breaks one part after the other and checks that nothing is lost
// and every tenant becomes Ready again. These cases do not run beside others:
// they share what is broken.
func TestFaults(t *testing.T) {
	t.Run("Capsule killed while ten tenants are made", func(t *testing.T) {
		c := newCase(t)
		var teams []*team
		for i := range 10 {
			team, err := newTeam(c.Context(), tenant.Spec{Name: fmt.Sprintf("crash-%d", i)}, nil)
			if err != nil {
				c.Fatal(err)
			}
			teams = append(teams, team)
		}
		applied := make(chan error, 1)
		go func() {
			for _, team := range teams {
				// Without its webhooks the API server refuses; Flux would try again, too.
				if err := eventually(c.Context(), patience, team.apply); err != nil {
					applied <- err
					return
				}
			}
			applied <- nil
		}()
		waitExists(c, teams[4].Tenant.DeepCopy())
		cluster.Capsule.Kill()
		time.Sleep(5 * time.Second) // for the tenants that are half made to fail
		begin := time.Now()
		if err := cluster.Capsule.Start(c.Context()); err != nil {
			c.Fatal(err)
		}
		if err := <-applied; err != nil {
			c.Fatal(err)
		}
		for _, team := range teams {
			team.waitReady(c)
		}
		c.recovered(begin)
	})

	t.Run("API server restarted", func(t *testing.T) {
		c := newCase(t)
		team := c.mustTeam(tenant.Spec{Name: "restart", Git: tenant.Git{Interval: metav1.Duration{Duration: 2 * time.Second}}}, nil)
		team.waitReady(c)
		cluster.APIServer.Stop()
		team.files["late.yaml"] = expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: late, namespace: ${tenant}-app}
`, "tenant", team.name)
		if err := team.push(c.Context()); err != nil {
			c.Fatal(err)
		}
		begin := time.Now()
		if err := cluster.APIServer.Start(c.Context()); err != nil {
			c.Fatal(err)
		}
		waitExists(c, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: team.app().Name, Name: "late"}})
		team.waitReady(c)
		c.recovered(begin)
	})

	for _, fault := range []struct {
		name  string
		says  string
		spoil func(context.Context, *corev1.Secret) error
	}{
		{"deleted", "not found", func(ctx context.Context, s *corev1.Secret) error { return cluster.Client.Delete(ctx, s) }},
		{"emptied", "kubeconfig", func(ctx context.Context, s *corev1.Secret) error {
			s.Data = nil
			return cluster.Client.Update(ctx, s)
		}},
		{"filled with rubbish", "kubeconfig", func(ctx context.Context, s *corev1.Secret) error {
			s.Data[kubeconfig.DefaultKey] = []byte("rubbish")
			return cluster.Client.Update(ctx, s)
		}},
	} {
		t.Run("kubeconfig Secret "+fault.name, func(t *testing.T) {
			c := newCase(t)
			access := kubeconfig.Access{APIServer: cluster.Server, CA: string(cluster.CA()), SecretRef: &meta.SecretKeyReference{}}
			team := c.mustTeam(tenant.Spec{Name: slug("secret " + fault.name), Access: access}, nil)
			secret, err := team.kubeconfigSecret(c.Context(), access)
			if err != nil {
				c.Fatal(err)
			}
			repair := func() {
				if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{secret}); err != nil {
					c.Fatal(err)
				}
			}
			repair()
			team.waitReady(c)

			spoiled := &corev1.Secret{}
			if err := cluster.Client.Get(c.Context(), client.ObjectKeyFromObject(secret), spoiled); err != nil {
				c.Fatal(err)
			}
			if err := fault.spoil(c.Context(), spoiled); err != nil {
				c.Fatal(err)
			}
			team.reconcile(c)
			message := waitNotReady(c, team.Kustomization)
			contains(c, message, fault.says)
			waitExists(c, team.config())

			begin := time.Now()
			repair()
			waitReady(c, team.Kustomization)
			waitExists(c, team.config())
			c.recovered(begin)
		})
	}

	t.Run("Capsule Proxy's CA replaced", func(t *testing.T) {
		c := newCase(t)
		c.needsProxy()
		spec := tenant.Spec{Name: "new-ca", Access: accesses[0].access()}
		c.mustTeam(spec, nil).waitReady(c)
		if err := cluster.Proxy.ReplaceCA(c.Context()); err != nil {
			c.Fatal(err)
		}
		team, err := newTeam(c.Context(), spec, nil)
		if err != nil {
			c.Fatal(err)
		}
		team.reconcile(c)
		contains(c, waitNotReady(c, team.Kustomization), "x509: certificate signed by unknown authority")
		waitExists(c, team.config())

		begin := time.Now()
		spec.Access = accesses[0].access()
		c.mustTeam(spec, nil).waitReady(c)
		c.recovered(begin)
	})
}

// recovered notes how long it took until everything was well again.
func (c *testCase) recovered(since time.Time) {
	c.detail = fmt.Sprintf("Ready again after %s", time.Since(since).Round(100*time.Millisecond))
}

// reconcile asks Flux to reconcile the tenant now.
func (t *team) reconcile(c *testCase) {
	c.Helper()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, meta.ReconcileRequestAnnotation, time.Now().Format(time.RFC3339Nano))
	if err := cluster.Client.Patch(c.Context(), t.Kustomization.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		c.Fatal(err)
	}
}

// waitNotReady waits until the object is not Ready, and returns why.
func waitNotReady(c *testCase, obj client.Object) string {
	c.Helper()
	var message string
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		ready, err := readiness(ctx, obj)
		if err != nil {
			return err
		}
		if ready == nil || ready.Status != metav1.ConditionFalse {
			return fmt.Errorf("%T %s does not fail", obj, client.ObjectKeyFromObject(obj))
		}
		message = ready.Message
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	return message
}
