package renewal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestRenewal lets a keeper keep kubeconfigs. Those of its cases that break what
// others share run first, alone.
func TestRenewal(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "API server down", serverDown)
	env.Run(t, "CA of Capsule Proxy rotated", rotateProxyCA)
	for name, run := range map[string]func(*harness.Case){
		"longer than a token lives": renewed,
		"fifty accounts":            fifty,
		"least privilege":           leastPrivilege,
		"CA rotated":                rotateCA,
		"account made again":        remakeAccount,
		"token Secret":              tokenSecret,
		"Secret of another manager": inTheWay,
		"the command":               program,
	} {
		env.Run(t, name, func(c *harness.Case) {
			c.Parallel()
			run(c)
		})
	}
}

// renewed lets a Kustomization run for longer than the token that
// it began with lives. The API server grants no shorter life than ten minutes.
func renewed(c *harness.Case) {
	if testing.Short() {
		c.DoNotRun("takes eleven minutes, left out by -short")
	}
	team := c.Team(tenant.Spec{
		Name: "renewal", Access: secretAccess(c),
		Git: tenant.Git{Interval: metav1.Duration{Duration: 5 * time.Second}}, Interval: metav1.Duration{Duration: 5 * time.Second},
	}, nil)
	home := team.ServiceAccount.Namespace
	k := newKeeper(c, "renewal-keeper", []renewal.Target{{Namespace: home, Account: team.ServiceAccount.Name, Access: secretAccess(c)}})

	var mu sync.Mutex
	var results []renewal.Result
	ctx, stop := context.WithCancel(c.Context())
	var watch sync.WaitGroup
	watch.Go(func() {
		renewal.Watch(ctx, k, k.targets, renewal.Options{Lifetime: renewal.MinLifetime, Progress: func(r renewal.Result) {
			mu.Lock()
			defer mu.Unlock()
			results = append(results, r)
		}})
	})
	defer watch.Wait()
	defer stop()
	team.WaitReady(c)

	begin, reconciles := time.Now(), map[string]bool{}
	for time.Since(begin) < renewal.MinLifetime+time.Minute {
		ready, err := c.Env.Readiness(c.Context(), team.Kustomization)
		c.Must(err)
		if ready != nil && ready.Status == metav1.ConditionFalse {
			c.Fatalf("after %s a reconcile failed: %s", time.Since(begin), ready.Message)
		}
		c.Must(c.Env.Plane.Client.Get(c.Context(), client.ObjectKeyFromObject(team.Kustomization), team.Kustomization))
		for _, entry := range team.Kustomization.ManagedFields {
			if entry.Subresource == "status" {
				reconciles[entry.Time.String()] = true
			}
		}
		time.Sleep(250 * time.Millisecond)
	}
	stop()
	watch.Wait()

	renewed := 0
	for _, r := range results {
		if r.Err != nil {
			c.Error(r.Err)
		}
		if r.Action == renewal.Updated && r.Reason == renewal.Due {
			renewed++
		}
	}
	if renewed == 0 {
		c.Errorf("the token was not renewed: %+v", results)
	}
	var events corev1.EventList
	c.Must(c.Env.Plane.Client.List(c.Context(), &events, client.InNamespace(home)))
	for _, e := range events.Items {
		if e.Type == corev1.EventTypeWarning && e.InvolvedObject.Name == team.Kustomization.Name && e.LastTimestamp.After(begin) {
			c.Errorf("a warning: %s: %s", e.Reason, e.Message)
		}
	}
	changes(c, team)
	c.Detail = fmt.Sprintf("renewed %d times, %d reconciles seen, none failed", renewed, len(reconciles))
}

// rotateCA changes the CA in the server's TLS Secret, as a rotation
// does: first to both, then to the new one. The API server keeps its own, so
// what is rotated here is the one beside it.
func rotateCA(c *harness.Case) {
	team := c.Team(tenant.Spec{Name: "rotation", Access: secretAccess(c)}, nil)
	k := newKeeper(c, "rotation-keeper", []renewal.Target{{Namespace: team.ServiceAccount.Namespace, Account: team.ServiceAccount.Name, Access: secretAccess(c)}})
	k.ensure(c, renewal.Created)
	team.WaitReady(c)

	next, err := controlplane.NewCA("next")
	c.Must(err)
	for _, ca := range [][]byte{slices.Concat(c.Env.Plane.CA(), next.PEM()), c.Env.Plane.CA()} {
		c.Apply(tlsSecret("rotation-keeper", ca))
		k.ensure(c, renewal.Updated)
		report := kubeconfig.ReadSecret(k.read(c, k.targets[0]), kubeconfig.DefaultKey)
		if got, want := len(report.CA), strings.Count(string(ca), "BEGIN"); got != want {
			c.Errorf("the kubeconfig has %d CA certificates, want %d", got, want)
		}
		team.Reconcile(c)
		team.WaitReady(c)
	}
}

// rotateProxyCA rotates Capsule Proxy's CA for real.
func rotateProxyCA(c *harness.Case) {
	c.NeedsProxy()
	access := kubeconfig.Access{Proxy: c.Env.Plane.Proxy.URL, SecretRef: &meta.SecretKeyReference{}}
	team := c.Team(tenant.Spec{Name: "proxy-rotation", Access: access}, nil)
	k := newKeeper(c, "proxy-rotation-keeper", []renewal.Target{{Namespace: team.ServiceAccount.Namespace, Account: team.ServiceAccount.Name, Access: access}})
	secret := func() []client.Object {
		return []client.Object{tlsSecret("proxy-rotation-keeper", c.Env.Plane.Proxy.CA())}
	}
	c.Must(harness.Apply(c.Context(), c.Env.Plane.Client, secret()))
	k.ensure(c, renewal.Created)
	team.WaitReady(c)

	begin := time.Now()
	c.Must(c.Env.Plane.Proxy.ReplaceCA(c.Context()))
	c.Must(harness.Apply(c.Context(), c.Env.Plane.Client, secret()))
	k.ensure(c, renewal.Updated)
	team.Reconcile(c)
	team.WaitReady(c)
	c.Detail = fmt.Sprintf("Ready %s after the rotation", time.Since(begin).Round(100*time.Millisecond))
}
