package isolation_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// steady is a tenant under isolation that tries to get rid of it.
type steady struct {
	team       *harness.Team
	reconciler client.Client
}

// stays: the tenant can neither change nor delete the platform's objects in its
// namespaces, nor change the namespaces' managed labels.
func stays(c *harness.Case) {
	c.Parallel()
	offer(c, classes)
	team := c.Team(isolated("steady"), nil)
	team.WaitReady(c)
	c.WaitExists(policy(team), replicated(team, "LimitRange"), replicated(team, "ResourceQuota"))
	s := steady{team, team.MustClient(c)}
	s.hasContent(c)
	for _, row := range s.requests(c) {
		c.Run(row.name, func(c *harness.Case) { c.Refuses(row.request(c.Context()), row.refused) })
	}
	s.keepsLabels(c)
	s.changesAndLeaves(c)
}

// hasContent compares what is in the namespace with what was built.
func (s steady) hasContent(c *harness.Case) {
	for _, kind := range []string{"LimitRange", "ResourceQuota"} {
		c.Run("content of the "+kind, func(c *harness.Case) {
			want, got := replicated(s.team, kind), replicated(s.team, kind)
			c.WaitExists(got)
			if diff := cmp.Diff(want.Object["spec"], got.Object["spec"]); diff != "" {
				c.Errorf("(-built +replicated):\n%s", diff)
			}
		})
	}
	c.Run("content of the NetworkPolicy", func(c *harness.Case) {
		got := policy(s.team)
		c.WaitExists(got)
		if diff := cmp.Diff(policy(s.team).Spec, got.Spec); diff != "" {
			c.Errorf("(-built +made):\n%s", diff)
		}
	})
}

// A request is a request of the tenant, and the message of its refusal.
type request struct {
	name    string
	request func(ctx context.Context) error
	refused string
}

func (s steady) requests(c *harness.Case) []request {
	const byCapsule = "Labeling resources as controller managed can only be done by the controller or administrators"
	team, reconciler := s.team, s.reconciler
	return []request{
		{"patch of the network policy", func(ctx context.Context) error {
			return reconciler.Patch(ctx, policy(team), harness.MergePatch(`{"spec":{"policyTypes":["Ingress"]}}`))
		}, byCapsule},
		{"network policy without Capsule's labels", func(ctx context.Context) error {
			return reconciler.Patch(ctx, policy(team), harness.MergePatch(`{"metadata":{"labels":null}}`))
		}, byCapsule},
		{"server-side apply over the network policy", func(ctx context.Context) error {
			open := policy(team)
			open.Spec = networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}}
			return harness.Apply(ctx, reconciler, []client.Object{open})
		}, byCapsule},
		{"deletion of the network policy", func(ctx context.Context) error { return reconciler.Delete(ctx, policy(team)) }, byCapsule},
		{"deletion of all network policies", func(ctx context.Context) error {
			return reconciler.DeleteAllOf(ctx, &networkingv1.NetworkPolicy{}, client.InNamespace(team.App().Name))
		}, byCapsule},
		{"patch of the quota", func(ctx context.Context) error {
			return reconciler.Patch(ctx, replicated(team, "ResourceQuota"), harness.MergePatch(`{"spec":{"hard":{"pods":"1000"}}}`))
		}, `cannot patch resource "resourcequotas"`},
		{"deletion of the quota", func(ctx context.Context) error { return reconciler.Delete(ctx, replicated(team, "ResourceQuota")) }, `cannot delete resource "resourcequotas"`},
		{"deletion of the limit range", func(ctx context.Context) error { return reconciler.Delete(ctx, replicated(team, "LimitRange")) }, `cannot delete resource "limitranges"`},
		{"patch of the replication", func(ctx context.Context) error {
			return reconciler.Patch(ctx, team.Isolation.DeepCopy(), harness.MergePatch(`{"spec":{"cordoned":true}}`))
		}, `cannot patch resource "globaltenantresources"`},
		{"Service that becomes a NodePort", func(ctx context.Context) error {
			service := parse(c, `{apiVersion: v1, kind: Service, metadata: {name: turns}, spec: {ports: [{port: 80}]}}`)
			service.SetNamespace(team.App().Name)
			if err := reconciler.Create(ctx, service); err != nil {
				return fmt.Errorf("before: %w", err)
			}
			return reconciler.Patch(ctx, service, harness.MergePatch(`{"spec":{"type":"NodePort"}}`))
		}, `service type "NodePort" at spec.type is not allowed by namespace rule`},
		{"nodes of the cluster", func(ctx context.Context) error { return reconciler.List(ctx, &corev1.NodeList{}) }, `cannot list resource "nodes"`},
		{"objects of another tenant", func(ctx context.Context) error {
			return reconciler.List(ctx, &corev1.SecretList{}, client.InNamespace("isolated-app"))
		}, `cannot list resource "secrets" in API group "" in the namespace "isolated-app"`},
	}
}

// keepsLabels: the tenant cannot weaken the labels of its namespaces.
func (s steady) keepsLabels(c *harness.Case) {
	team, reconciler := s.team, s.reconciler
	for name, patch := range map[string]string{
		"laxer Pod Security level": `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}`,
		"no Pod Security level":    `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":null}}}`,
		"old version of the level": `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce-version":"v1.0"}}}`,
		"no version of the level":  `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce-version":null}}}`,
		"no labels at all":         `{"metadata":{"labels":null}}`,
	} {
		c.Run(name, func(c *harness.Case) {
			c.Refuses(reconciler.Patch(c.Context(), team.App(), harness.MergePatch(patch)), "pod-security.kubernetes.io/enforce")
			checkPodSecurity(c, team.App().Name, "restricted")
		})
	}
	c.Run("new namespace with a laxer level", func(c *harness.Case) {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "steady-lax", Labels: map[string]string{
			"pod-security.kubernetes.io/enforce": "privileged", "pod-security.kubernetes.io/enforce-version": "v1.0",
		}}}
		c.Must(reconciler.Create(c.Context(), namespace))
		checkPodSecurity(c, namespace.Name, "restricted")
	})
	c.Run("other nodes for the namespace", func(c *harness.Case) {
		const key = "scheduler.alpha.kubernetes.io/node-selector"
		for _, value := range []string{`"example.com/pool=others"`, "null"} {
			namespace := team.App()
			if err := reconciler.Patch(c.Context(), namespace, harness.MergePatch(`{"metadata":{"annotations":{"`+key+`":`+value+`}}}`)); err != nil {
				c.Log(err)
			}
			c.WaitExists(namespace)
			if got := namespace.Annotations[key]; got != "example.com/pool=steady" {
				c.Errorf("with %s the annotation becomes %q", value, got)
			}
		}
	})
}

// changesAndLeaves: the platform can change it, and it does not outlive the tenant.
func (s steady) changesAndLeaves(c *harness.Case) {
	team, reconciler := s.team, s.reconciler
	c.Run("level that the platform changes", func(c *harness.Case) {
		spec := isolated("steady")
		spec.Isolation.PodSecurity = tenant.PodSecurityBaseline
		c.Team(spec, nil)
		c.Eventually(func(ctx context.Context) error {
			namespace := team.App()
			if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(namespace), namespace); err != nil {
				return err
			}
			if got := namespace.Labels["pod-security.kubernetes.io/enforce"]; got != "baseline" {
				return fmt.Errorf("the level is %q, want baseline", got)
			}
			return nil
		})
	})

	c.Run("namespace that the tenant deletes", func(c *harness.Case) {
		begin := time.Now()
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "steady-lax"}}
		c.Eventually(func(ctx context.Context) error { return reconciler.Delete(ctx, namespace) })
		c.WaitGone(namespace)
		c.Took("gone after", begin)
	})

	c.Run("tenant that leaves", func(c *harness.Case) {
		begin := time.Now()
		c.Remove(team.Objects()...)
		team.WaitGone(c)
		c.Took("gone after", begin)
	})
}

func checkPodSecurity(c *harness.Case, name, level string) {
	c.Helper()
	namespace := &corev1.Namespace{}
	c.Must(c.Env.Plane.Client.Get(c.Context(), client.ObjectKey{Name: name}, namespace))
	want := map[string]string{"pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/enforce-version": "latest"}
	for key, value := range want {
		if got := namespace.Labels[key]; got != value {
			c.Errorf("namespace %s: label %s is %q, want %q", name, key, got, value)
		}
	}
}
