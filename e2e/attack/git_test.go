package attack_test

// gitAttacks are objects in the tenant's git. Flux applies them in the
// reconciler's name.
func gitAttacks() []attack {
	return []attack{
		{
			name:   "ClusterRoleBinding to cluster-admin in git",
			git:    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: "${id}"}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, namespace: "${me}", name: gitops-reconciler}]}`,
			always: refusal{byRBAC, `cannot patch resource "clusterrolebindings"`},
		},
		{
			name:   "ClusterRole in git",
			git:    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "${id}"}, rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]}`,
			always: refusal{byRBAC, `cannot patch resource "clusterroles"`},
		},
		{
			name:   "ClusterRole that would aggregate into admin in git",
			git:    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "${id}", labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}}, rules: [{apiGroups: [""], resources: [namespaces], verbs: ["*"]}]}`,
			always: refusal{byRBAC, `cannot patch resource "clusterroles"`},
		},
		{
			name:   "RoleBinding to cluster-admin in its own namespace",
			git:    `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: "${id}", namespace: "${mine}"}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, namespace: "${me}", name: gitops-reconciler}]}`,
			always: refusal{byRBAC, "is attempting to grant RBAC permissions not currently held"},
		},
		{
			name:   "RoleBinding to cluster-admin in its home namespace",
			git:    `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: "${id}", namespace: "${me}"}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, namespace: "${me}", name: gitops-reconciler}]}`,
			always: refusal{byRBAC, `cannot patch resource "rolebindings"`},
		},
		{
			name:   "CustomResourceDefinition in git",
			git:    `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}, spec: {group: example.com, scope: Namespaced, names: {kind: Thing, plural: things}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}`,
			always: refusal{byRBAC, `cannot patch resource "customresourcedefinitions"`},
		},
		{
			name:   "ValidatingWebhookConfiguration in git",
			git:    `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: "${id}"}}`,
			always: refusal{byRBAC, `cannot patch resource "validatingwebhookconfigurations"`},
		},
		{
			name:   "MutatingWebhookConfiguration in git",
			git:    `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: "${id}"}}`,
			always: refusal{byRBAC, `cannot patch resource "mutatingwebhookconfigurations"`},
		},
		{
			name:   "Tenant in git",
			git:    `{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, metadata: {name: "${id}"}, spec: {owners: [{kind: ServiceAccount, name: "system:serviceaccount:${me}:gitops-reconciler"}]}}`,
			always: refusal{byRBAC, `cannot patch resource "tenants"`},
		},
		{
			name:   "TenantOwner of another tenant in git",
			git:    `{apiVersion: capsule.clastix.io/v1beta2, kind: TenantOwner, metadata: {name: "${id}", labels: {projectcapsule.dev/tenant: "${victim}"}}, spec: {kind: ServiceAccount, name: "system:serviceaccount:${me}:gitops-reconciler"}}`,
			always: refusal{byRBAC, `cannot patch resource "tenantowners"`},
		},
		{
			name:   "GlobalTenantResource in git",
			git:    `{apiVersion: capsule.clastix.io/v1beta2, kind: GlobalTenantResource, metadata: {name: "${id}"}, spec: {resyncPeriod: 60s, resources: [{rawItems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}"}}]}]}}`,
			always: refusal{byRBAC, `cannot patch resource "globaltenantresources"`},
		},
		{
			name:   "CapsuleConfiguration in git",
			git:    `{apiVersion: capsule.clastix.io/v1beta2, kind: CapsuleConfiguration, metadata: {name: default}, spec: {administrators: [{kind: ServiceAccount, name: "system:serviceaccount:${me}:gitops-reconciler"}]}}`,
			always: refusal{byRBAC, `cannot patch resource "capsuleconfigurations"`},
		},
		{
			name:   "object for another tenant's namespace in git",
			git:    `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${theirs}"}}`,
			always: refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "${theirs}"`},
		},
		{
			name:   "object for another tenant's home namespace in git",
			git:    `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${victim}"}}`,
			always: refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "${victim}"`},
		},
		{
			name:   "object for flux-system in git",
			git:    `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: flux-system}}`,
			always: refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "flux-system"`},
		},
		{
			name:   "Kustomization for flux-system in git",
			git:    `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: "${id}", namespace: flux-system}, spec: {interval: 10m, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: flux-system}}}`,
			always: refusal{byRBAC, `cannot patch resource "kustomizations"`},
		},
		{
			name:   "namespace of another tenant in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: "${theirs}", labels: {color: red}}}`,
			always: refusal{byCapsule, "denied patch request for this namespace"},
		},
		{
			name:   "home namespace of another tenant in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: "${victim}", labels: {color: red}}}`,
			always: refusal{byCapsule, "namespace is not owned by any tenant"},
		},
		{
			name:   "its own home namespace in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: "${me}", labels: {color: red}}}`,
			always: refusal{byCapsule, "namespace is not owned by any tenant"},
		},
		{
			name:   "namespace flux-system in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: flux-system, labels: {color: red}}}`,
			always: refusal{byCapsule, "namespace is not owned by any tenant"},
		},
		{
			name:   "namespace default in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {color: red}}}`,
			always: refusal{byCapsule, "namespace is not owned by any tenant"},
		},
		{
			name:   "namespace labelled for another tenant in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: "${id}", labels: {capsule.clastix.io/tenant: "${victim}"}}}`,
			always: refusal{byCapsule, "can not assign the desired namespace to a non-owned Tenant"},
		},
		{
			name:   "namespace owned by another tenant in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: "${me}-${id}", ownerReferences: [{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: "${victim}", uid: "${victimUID}"}]}}`,
			always: refusal{byCapsule, "namespace can not have multiple Tenant ownerReferences"},
		},
		{
			name:   "namespace with another tenant's prefix in git",
			git:    `{apiVersion: v1, kind: Namespace, metadata: {name: "${victim}-${id}"}}`,
			always: refusal{byCapsule, "The Namespace name must start with '${me}-' when ForceTenantPrefix is enabled"},
		},
		{
			name:           "TenantResource: cluster-scoped item",
			tenantResource: `{resyncPeriod: 60s, resources: [{rawItems: [{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "${id}"}, rules: []}]}]}`,
			always:         refusal{byCapsule, "cluster-scoped kind rbac.authorization.k8s.io/v1/ClusterRole is not allowed"},
		},
		{
			name:           "TenantResource: item for another tenant's namespace",
			tenantResource: `{resyncPeriod: 60s, resources: [{rawItems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${theirs}"}}]}]}`,
			always:         refusal{byCapsule, `in the namespace "${mine}"`},
			harmless:       "the item comes into the tenant's own namespaces",
		},
		{
			name:  "remote base in kustomization.yaml",
			git:   `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, namespace: "${mine}", resources: ["${git}/remote.git?ref=main"]}`,
			flags: refusal{byEnvironment, "fatal: transport 'http' not allowed"},
			rule:  "kustomize-remote",
		},
		{
			name:   "file of the controller in kustomization.yaml",
			git:    `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [../../../../../../etc/hostname]}`,
			always: refusal{byFlux, "fs-security-constraint read /etc/hostname"},
		},
		{
			name:  "remote file in kustomization.yaml",
			git:   `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, namespace: "${mine}", resources: ["${files}/remote.yaml"]}`,
			flags: refusal{byEnvironment, deadProxy},
			rule:  "kustomize-remote",
		},
	}
}
