package platform_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestPlatform runs every case beside the others.
func TestPlatform(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "name of a later tenant, with a prefix", refuseName)
	env.Run(t, "name of a later tenant, without", refuseBundle)
	env.Run(t, "decisions arrive", decide)
	env.Run(t, "quarantine", quarantine)
	env.Run(t, "identities of objects", requestTokens)
}

// requestTokens: with workload identity the controllers may request tokens of the
// accounts that objects name, by Flux's own roles or by the lockdown's.
func requestTokens(c *harness.Case) {
	c.Parallel()
	for _, controller := range []string{"source", "kustomize", "helm", "notification", "image-reflector", "image-automation"} {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "system:serviceaccount:flux-system:" + controller + "-controller",
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: harness.ProbeNamespace, Resource: "serviceaccounts", Subresource: "token", Name: "any", Verb: "create",
			},
		}}
		c.Must(c.Env.Plane.Client.Create(c.Context(), review))
		if !review.Status.Allowed {
			c.Errorf("%s-controller may not request tokens", controller)
		}
	}
}

// refuseName: by default a tenant's namespaces begin with its name.
func refuseName(c *harness.Case) {
	c.Parallel()
	red := c.Team(tenant.Spec{Name: "prefixed"}, nil)
	red.WaitReady(c)
	err := red.MustClient(c).Create(c.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "later"}})
	c.Refuses(err, "must start with 'prefixed-'")
}

// refuseBundle: where a tenant has been let choose its namespaces' names, and took
// that of a later tenant, the later tenant's bundle is refused, and no account of
// it gets into the squatter's hands.
func refuseBundle(c *harness.Case) {
	c.Parallel()
	anyName := false
	squatter := c.Team(tenant.Spec{Name: "squatter", ForceTenantPrefix: &anyName}, nil)
	squatter.WaitReady(c)
	owner := squatter.MustClient(c)
	c.Must(owner.Create(c.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "victim"}}))

	victim, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: "victim"}, nil)
	c.Must(err)
	c.Refuses(victim.Apply(c.Context()), "belongs to Capsule's tenant squatter")
	err = owner.SubResource("token").Create(c.Context(), victim.ServiceAccount.DeepCopy(), &authenticationv1.TokenRequest{})
	if err == nil {
		c.Error("the squatter has a token of the victim's reconciler")
	}
}

// decide has the platform keep a tenant's bundle in its own git. The tenant tries
// to keep its objects as they are; then the platform takes the tenant's role in its
// home away, and suspends it.
func decide(c *harness.Case) {
	c.Parallel()
	red := governed(c, tenant.Spec{Name: "stubborn"})
	reconciler := red.MustClient(c)
	for _, obj := range []client.Object{red.HomeRoleBinding, red.Kustomization} {
		err := reconciler.Patch(c.Context(), obj.DeepCopyObject().(client.Object),
			harness.MergePatch(`{"metadata":{"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"disabled","kustomize.toolkit.fluxcd.io/prune":"disabled"}}}`))
		c.Refuses(err, "")
	}
	begin := time.Now()
	red.Spec.NoHomeRole = true
	rebuild(c, red)
	red.Kustomization.Spec.Suspend = true
	publish(c, red)
	c.WaitGone(&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "stubborn", Name: "gitops-reconciler"}})
	c.Eventually(func(ctx context.Context) error {
		got := &kustomizev1.Kustomization{}
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(red.Kustomization), got); err != nil {
			return err
		}
		if !got.Spec.Suspend {
			return fmt.Errorf("the tenant's Kustomization is not suspended")
		}
		return nil
	})
	c.Outcome = harness.Passed
	c.Took("what the platform decides arrives after", begin)
}

// quarantine puts a tenant into quarantine by one field of its spec, from which
// nothing that the tenant can do frees it, and lets it out again.
func quarantine(c *harness.Case) {
	c.Parallel()
	red := governed(c, tenant.Spec{Name: "infected"})
	reconciler := red.MustClient(c)

	red.Spec.Quarantine = true
	rebuild(c, red)
	publish(c, red)
	c.WaitGone(&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: red.Name, Name: "gitops-reconciler"}})
	late := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: red.App().Name, Name: "late"}}
	red.Change(c, func(files map[string]string) {
		files["late.yaml"] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: late, namespace: infected-app}}"
	})
	ctx := c.Context()
	freed := harness.MergePatch(`{"spec":{"suspend":false},"metadata":{"labels":{"sharding.fluxcd.io/key":null}}}`)
	c.Refuses(reconciler.Patch(ctx, red.Kustomization.DeepCopy(), freed), `cannot patch resource "kustomizations"`)
	c.Refuses(reconciler.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: red.Name, Name: "late"}}), `cannot create resource "secrets"`)
	c.Refuses(reconciler.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "infected-late"}}), "cordoned")
	c.Eventually(func(ctx context.Context) error { // Capsule marks the namespaces after the Tenant
		err := reconciler.Create(ctx, late.DeepCopy(), client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), "cordoned") {
			return fmt.Errorf("the tenant may still write into its namespace: %v", err)
		}
		return nil
	})
	time.Sleep(15 * time.Second) // more than the interval of the tenant's source
	if err := c.Env.IsGone(c.Context(), late); err != nil {
		c.Errorf("the quarantined tenant's git is still applied: %v", err)
	}

	red.Spec.Quarantine = false
	rebuild(c, red)
	publish(c, red)
	c.WaitExists(late)
	c.Outcome = harness.Passed
}

// governed is a tenant whose bundle the platform keeps in its own git.
func governed(c *harness.Case, spec tenant.Spec) *harness.Team {
	c.Helper()
	spec.Git.Interval = metav1.Duration{Duration: 5 * time.Second}
	team, err := c.Env.NewTeam(c.Context(), spec, nil)
	c.Must(err)
	publish(c, team)
	applied := c.ApplyText(harness.Expand(`
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: ${name}, namespace: flux-system}
spec: {url: "${url}", interval: 2s, ref: {branch: ${branch}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec: {interval: 10s, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: ${name}}}
`, "name", team.Name, "url", c.Env.Git.URL("platform-"+team.Name), "branch", gitserver.Branch))
	c.WaitReady(applied[1])
	team.WaitReady(c)
	return team
}

// rebuild builds the bundle anew from the team's spec.
func rebuild(c *harness.Case, t *harness.Team) {
	c.Helper()
	var err error
	t.Bundle, err = tenant.Build(t.Spec)
	c.Must(err)
}

// publish commits a tenant's bundle to the platform's repository.
func publish(c *harness.Case, t *harness.Team) {
	c.Helper()
	text, err := harness.ToYAML(harness.RuntimeObjects(t.Objects())...)
	c.Must(err)
	c.Must(c.Env.Git.Push(c.Context(), "platform-"+t.Name, map[string]string{"bundle.yaml": text}))
}
