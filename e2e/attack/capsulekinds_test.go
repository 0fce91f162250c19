package attack_test

// capsuleAttacks use the kinds of Capsule and its proxy.
func capsuleAttacks() []attack {
	var list []attack
	for _, row := range []struct{ name, spec, says string }{
		{"copies another tenant's Secrets", `namespacedItems: [{apiVersion: v1, kind: Secret, namespace: "${theirs}", selector: {matchLabels: {}}}]`, `cross-namespace selection is not allowed`},
		{"copies the Secrets of flux-system", `namespacedItems: [{apiVersion: v1, kind: Secret, namespace: flux-system, selector: {matchLabels: {}}}]`, `cross-namespace selection is not allowed`},
		{"reads another tenant's Secrets into a template", `context: {resources: [{index: loot, apiVersion: v1, kind: Secret, namespace: "${theirs}"}]}, generators: [{template: "{apiVersion: v1, kind: ConfigMap, metadata: {name: ${id}}, data: {x: '{{ toJson $.loot }}'}}"}]`, `cross-namespace selection is not allowed`},
		{"generates a ClusterRole", `generators: [{template: "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: ${id}}, rules: []}"}]`, `cluster-scoped kind rbac.authorization.k8s.io/v1/ClusterRole is not allowed`},
		{"binds cluster-admin", `rawItems: [{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: "${id}"}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, name: default, namespace: "${mine}"}]}]`, `is attempting to grant RBAC permissions not currently held`},
		{"makes a namespace", `rawItems: [{apiVersion: v1, kind: Namespace, metadata: {name: "${id}"}}]`, `cluster-scoped kind v1/Namespace is not allowed`},
	} {
		list = append(list, attack{
			name:           "TenantResource: " + row.name,
			with:           ownAdmin,
			tenantResource: `{serviceAccount: {name: admin}, resyncPeriod: 60s, resources: [{` + row.spec + `}]}`,
			always:         refusal{byCapsule, row.says},
		})
	}
	for _, row := range []struct{ name, object, says string }{
		{"TenantResource that acts as another account", `{apiVersion: capsule.clastix.io/v1beta2, kind: TenantResource, metadata: {name: "${id}", namespace: "${me}"}, spec: {serviceAccount: {name: gitops-reconciler}, resyncPeriod: 60s, resources: []}}`, `"tenantresources"`},
		{"GlobalTenantResource", `{apiVersion: capsule.clastix.io/v1beta2, kind: GlobalTenantResource, metadata: {name: "${id}"}, spec: {resyncPeriod: 60s, resources: []}}`, `"globaltenantresources"`},
		{"Tenant", `{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, metadata: {name: "${me}-2"}, spec: {owners: [{kind: User, name: mallory}]}}`, `"tenants"`},
		{"TenantOwner", `{apiVersion: capsule.clastix.io/v1beta2, kind: TenantOwner, metadata: {name: "${id}"}, spec: {kind: ServiceAccount, name: "system:serviceaccount:${me}:gitops-reconciler"}}`, `"tenantowners"`},
		{"CapsuleConfiguration", `{apiVersion: capsule.clastix.io/v1beta2, kind: CapsuleConfiguration, metadata: {name: default}, spec: {administrators: [{kind: ServiceAccount, name: "system:serviceaccount:${me}:gitops-reconciler"}]}}`, `"capsuleconfigurations"`},
		{"ResourcePool", `{apiVersion: capsule.clastix.io/v1beta2, kind: ResourcePool, metadata: {name: "${id}"}, spec: {selectors: [], quota: {hard: {requests.cpu: "100"}}}}`, `"resourcepools"`},
		{"ResourcePoolClaim on another tenant's pool", `{apiVersion: capsule.clastix.io/v1beta2, kind: ResourcePoolClaim, metadata: {name: "${id}", namespace: "${mine}"}, spec: {pool: theirs, claim: {requests.cpu: "100"}}}`, `"resourcepoolclaims"`},
	} {
		list = append(list, attack{name: "its own " + row.name, object: row.object, always: refusal{byRBAC, row.says}})
	}
	return append(list, attack{
		name:           "TenantResource: makes a Kustomization without an account",
		with:           ownAdmin,
		tenantResource: `{serviceAccount: {name: admin}, resyncPeriod: 60s, resources: [{rawItems: [{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: "${id}"}, spec: {interval: 10m, timeout: 1m, prune: true, path: ./, sourceRef: {kind: GitRepository, name: x}}}]}]}`,
		always:         refusal{byQuota, "exceeded quota"},
		policy:         refusal{byPolicy, "spec.serviceAccountName: name the account to act as"},
	})
}

// ownAdmin is an account of the tenant's that may do in its namespace what the tenant
// may.
const ownAdmin = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: admin, namespace: "${mine}"}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: admin, namespace: "${mine}"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: admin, namespace: "${mine}"}]
`
