package faults_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestFaults does not run its cases in parallel: they break shared components.
func TestFaults(t *testing.T) {
	env := harness.Start(t)
	env.DocumentTimes(t, "faults")
	env.Run(t, "Capsule killed while ten tenants are made", killCapsule)
	env.Run(t, "API server restarted", restartAPIServer)
	for _, fault := range []struct {
		name  string
		says  string
		spoil func(context.Context, client.Client, *corev1.Secret) error
	}{
		{"deleted", "not found", func(ctx context.Context, c client.Client, s *corev1.Secret) error { return c.Delete(ctx, s) }},
		{"emptied", "kubeconfig", func(ctx context.Context, c client.Client, s *corev1.Secret) error {
			s.Data = nil
			return c.Update(ctx, s)
		}},
		{"filled with rubbish", "kubeconfig", func(ctx context.Context, c client.Client, s *corev1.Secret) error {
			s.Data[kubeconfig.DefaultKey] = []byte("rubbish")
			return c.Update(ctx, s)
		}},
	} {
		env.Run(t, "kubeconfig Secret "+fault.name, func(c *harness.Case) {
			access := c.Env.Access(harness.Access{Name: "API server Secret"})
			team := c.Team(tenant.Spec{Name: harness.Slug("secret " + fault.name), Access: access}, nil)
			team.WaitReady(c)

			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
				Namespace: team.ServiceAccount.Namespace, Name: kubeconfig.DefaultName(team.ServiceAccount.Name),
			}}
			c.WaitExists(secret)
			c.Must(fault.spoil(c.Context(), c.Env.Plane.Client, secret))
			team.Reconcile(c)
			c.WaitNotReady(team.Kustomization, fault.says)
			c.WaitExists(team.Config())

			begin := time.Now()
			c.Must(team.Apply(c.Context()))
			c.WaitReady(team.Kustomization)
			c.WaitExists(team.Config())
			c.Took("Ready again after", begin)
		})
	}
	env.Run(t, "Capsule Proxy's CA replaced", replaceProxyCA)
}

func killCapsule(c *harness.Case) {
	var teams []*harness.Team
	for i := range 10 {
		team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: fmt.Sprintf("crash-%d", i)}, nil)
		c.Must(err)
		teams = append(teams, team)
	}
	applied := make(chan error, 1)
	go func() {
		for _, team := range teams {
			// Without its webhooks the API server refuses; Flux would try again, too.
			if err := harness.Eventually(c.Context(), harness.Patience, team.Apply); err != nil {
				applied <- err
				return
			}
		}
		applied <- nil
	}()
	c.WaitExists(teams[4].Tenant.DeepCopy())
	c.Env.Plane.Capsule.Kill()
	time.Sleep(5 * time.Second) // for the tenants that are half made to fail
	begin := time.Now()
	c.Must(c.Env.Plane.Capsule.Start(c.Context()))
	c.Must(<-applied)
	for _, team := range teams {
		team.WaitReady(c)
	}
	c.Took("Ready again after", begin)
}

func restartAPIServer(c *harness.Case) {
	team := c.Team(tenant.Spec{Name: "restart", Git: tenant.Git{Interval: metav1.Duration{Duration: 2 * time.Second}}}, nil)
	team.WaitReady(c)
	c.Env.Plane.APIServer.Stop()
	team.Change(c, func(files map[string]string) {
		files["late.yaml"] = harness.Expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: late, namespace: ${tenant}-app}
`, "tenant", team.Name)
	})
	begin := time.Now()
	c.Must(c.Env.Plane.APIServer.Start(c.Context()))
	c.WaitExists(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: team.App().Name, Name: "late"}})
	team.WaitReady(c)
	c.Took("Ready again after", begin)
}

func replaceProxyCA(c *harness.Case) {
	c.NeedsProxy()
	spec := tenant.Spec{Name: "new-ca", Access: c.Env.Access(harness.ProxyTokenless())}
	team := c.Team(spec, nil)
	team.WaitReady(c)
	c.Must(c.Env.Plane.Proxy.ReplaceCA(c.Context()))
	team.Reconcile(c)
	c.WaitNotReady(team.Kustomization, "x509: certificate signed by unknown authority")
	c.WaitExists(team.Config())

	begin := time.Now()
	spec.Access = c.Env.Access(harness.ProxyTokenless())
	c.Team(spec, nil).WaitReady(c)
	c.Took("Ready again after", begin)
}
