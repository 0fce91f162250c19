package attack_test

import (
	"context"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// tokenAttacks are requests with the reconciler's own token.
func tokenAttacks() []attack {
	return []attack{
		{
			name: "its own Tenant: add an owner",
			call: func(ctx context.Context, a *attempt) error {
				return a.patch(ctx, a.attacker.Tenant, `{"spec":{"owners":[{"kind":"User","name":"mallory"}]}}`)
			},
			always: refusal{byRBAC, `cannot patch resource "tenants"`},
		},
		{
			name: "its own Tenant: lift the quota",
			call: func(ctx context.Context, a *attempt) error {
				return a.patch(ctx, a.attacker.Tenant, `{"spec":{"namespaceOptions":{"quota":100}}}`)
			},
			always: refusal{byRBAC, `cannot patch resource "tenants"`},
		},
		{
			name: "its own TenantOwner: more ClusterRoles",
			call: func(ctx context.Context, a *attempt) error {
				return a.patch(ctx, a.attacker.Reconciler, `{"spec":{"clusterRoles":["cluster-admin"]}}`)
			},
			always: refusal{byRBAC, `cannot patch resource "tenantowners"`},
		},
		{
			name: "its own namespace: label of another tenant",
			call: func(ctx context.Context, a *attempt) error {
				return a.leave(ctx, `{"metadata":{"labels":{"capsule.clastix.io/tenant":"${victim}"}}}`)
			},
			always: refusal{byCapsule, "put back"},
		},
		{
			name: "its own namespace: no label",
			call: func(ctx context.Context, a *attempt) error {
				return a.leave(ctx, `{"metadata":{"labels":{"capsule.clastix.io/tenant":null}}}`)
			},
			always: refusal{byCapsule, "put back"},
		},
		{
			name: "its own namespace: owned by another tenant",
			call: func(ctx context.Context, a *attempt) error {
				return a.leave(ctx, ownedByVictim)
			},
			always: refusal{byCapsule, "put back"},
		},
		{
			name: "its own namespace: owned by nobody",
			call: func(ctx context.Context, a *attempt) error {
				return a.leave(ctx, `{"metadata":{"ownerReferences":null}}`)
			},
			always: refusal{byCapsule, "put back"},
		},
		{
			name: "its own namespace: owned by another tenant, by way of status",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.SubResource("status").Patch(ctx, a.attacker.App(), harness.MergePatch(a.expand(ownedByVictim)))
			},
			always: refusal{byRBAC, `cannot patch resource "namespaces/status"`},
		}, {
			name: "its own namespace: label of another tenant, by way of status",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.SubResource("status").Patch(ctx, a.attacker.App(), harness.MergePatch(a.expand(`{"metadata":{"labels":{"capsule.clastix.io/tenant":"${victim}"}}}`)))
			},
			always: refusal{byRBAC, `cannot patch resource "namespaces/status"`},
		},

		{
			name: "its own namespace: owned by another tenant, by way of finalize",
			call: func(ctx context.Context, a *attempt) error {
				app := a.attacker.App()
				if err := a.env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(app), app); err != nil {
					return err
				}
				app.OwnerReferences[0].Name = a.victim.Name
				app.OwnerReferences[0].UID = a.victimUID
				return a.client.SubResource("finalize").Update(ctx, app)
			},
			always: refusal{byRBAC, `cannot update resource "namespaces/finalize"`},
		},
		{
			name: "its home namespace: without the label that the policy selects",
			call: func(ctx context.Context, a *attempt) error {
				return a.patch(ctx, a.attacker.Namespace, `{"metadata":{"labels":{"toolkit.fluxcd.io/tenant":null}}}`)
			},
			always: refusal{byCapsule, "namespace is not owned by any tenant"},
		},
		{
			name:   "namespace past the quota",
			call:   func(ctx context.Context, a *attempt) error { return a.exceedQuota(ctx) },
			always: refusal{byCapsule, "Cannot exceed Namespace quota"},
		},
		{
			name:   "namespace of another tenant deleted",
			call:   func(ctx context.Context, a *attempt) error { return a.client.Delete(ctx, a.victim.App()) },
			always: refusal{byRBAC, `cannot delete resource "namespaces"`},
		},
		{
			name:   "token of another tenant's reconciler",
			call:   func(ctx context.Context, a *attempt) error { return a.token(ctx, a.victim.ServiceAccount) },
			always: refusal{byRBAC, `cannot create resource "serviceaccounts/token"`},
		},
		{
			name: "token of kustomize-controller",
			call: func(ctx context.Context, a *attempt) error {
				return a.token(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "kustomize-controller"}})
			},
			always: refusal{byRBAC, `cannot create resource "serviceaccounts/token"`},
		},
		{
			name: "Secrets of flux-system read",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.List(ctx, &corev1.SecretList{}, client.InNamespace("flux-system"))
			},
			always: refusal{byRBAC, `cannot list resource "secrets" in API group "" in the namespace "flux-system"`},
		},
		{
			name: "Secrets of another tenant read",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.List(ctx, &corev1.SecretList{}, client.InNamespace(a.victim.Name))
			},
			always: refusal{byRBAC, `cannot list resource "secrets" in API group "" in the namespace "${victim}"`},
		},
		{
			name: "RoleBinding for itself in another tenant's namespace",
			call: func(ctx context.Context, a *attempt) error {
				binding := a.attacker.HomeRoleBinding.DeepCopy()
				binding.Namespace = a.victim.App().Name
				return a.client.Create(ctx, binding)
			},
			always: refusal{byRBAC, `cannot create resource "rolebindings"`},
		},
		{
			name: "Role that grants namespaces/finalize in its home namespace",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &rbacv1.Role{
					ObjectMeta: metav1.ObjectMeta{Namespace: a.attacker.Name, Name: "finalize"},
					Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"namespaces/finalize"}, Verbs: []string{"update"}}},
				})
			},
			always: refusal{byRBAC, `cannot create resource "roles"`},
		},
		{
			name: "impersonate another tenant's reconciler at the API server",
			call: func(ctx context.Context, a *attempt) error {
				return a.impersonate(ctx, a.env.Plane.Server, a.env.Plane.CA(), a.victim.User())
			},
			always: refusal{byRBAC, "cannot impersonate"},
		},
		{
			name: "impersonate system:masters at the API server",
			call: func(ctx context.Context, a *attempt) error {
				return a.impersonate(ctx, a.env.Plane.Server, a.env.Plane.CA(), a.attacker.User(), "system:masters")
			},
			always: refusal{byRBAC, "cannot impersonate resource"},
		},
		{
			name:  "impersonate another tenant's reconciler at Capsule Proxy",
			proxy: true,
			call: func(ctx context.Context, a *attempt) error {
				return a.impersonate(ctx, a.env.Plane.Proxy.URL, a.env.Plane.Proxy.CA(), a.victim.User())
			},
			always: refusal{byProxy, "cannot impersonate the user system:serviceaccount:${victim}:gitops-reconciler"},
		},
		{
			name:  "impersonate system:masters at Capsule Proxy",
			proxy: true,
			call: func(ctx context.Context, a *attempt) error {
				return a.impersonate(ctx, a.env.Plane.Proxy.URL, a.env.Plane.Proxy.CA(), a.attacker.User(), "system:masters")
			},
			always: refusal{byProxy, "cannot impersonate the group system:masters"},
		},
		{
			name: "admission policy deleted",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.DeleteAllOf(ctx, &admissionv1.ValidatingAdmissionPolicyBinding{})
			},
			always: refusal{byRBAC, `cannot deletecollection resource "validatingadmissionpolicybindings"`},
		},
	}
}

const ownedByVictim = `{"metadata":{"ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"${victim}","uid":"${victimUID}"}]}}`
