package e2e

import (
	"context"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// An attack is what a tenant does to get out, in one of several ways, and what
// has to refuse it. ${me} is the tenant and its home namespace, ${mine} the
// namespace it has made, ${victim} and ${theirs} are those of another tenant,
// ${id} is a name for the attack's own objects.
type attack struct {
	name string

	git            string                                      // objects in the tenant's git
	kustomization  string                                      // spec of a Kustomization in the home namespace, over a harmless one
	helmRelease    string                                      // spec of a HelmRelease there, likewise
	tenantResource string                                      // spec of a TenantResource in the tenant's namespace
	with           string                                      // an object that the tenant writes into its home namespace first
	call           func(ctx context.Context, a *assault) error // requests with the tenant's token
	proxy          bool                                        // whether it needs Capsule Proxy

	always refusal // what refuses it with and without lockdown flags and policy
	flags  refusal // what refuses it only with Flux's lockdown flags
	policy refusal // what refuses it only with the admission policy
}

// A refusal is who refuses, and a part of what they say.
type refusal struct{ by, says string }

const (
	byRBAC    = "Kubernetes RBAC"
	byFlux    = "Flux"
	byFlag    = "Flux flag"
	byCapsule = "Capsule"
	byPolicy  = "admission policy"
	byProxy   = "Capsule Proxy"
)

// attacks, grouped by the way they take.
var attacks = []attack{
	// Objects in the tenant's git. Flux applies them in the reconciler's name.
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
		always: refusal{byRBAC, "is attempting to grant RBAC permissions not currently held"},
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
	},
	{
		name:  "remote base in kustomization.yaml",
		git:   `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, namespace: "${mine}", resources: ["${git}/remote.git?ref=main"]}`,
		flags: refusal{byFlag, "fs-security-constraint abs"},
	},
	{
		name:   "file of the controller in kustomization.yaml",
		git:    `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [../../../../../../etc/hostname]}`,
		always: refusal{byFlux, "fs-security-constraint read /etc/hostname"},
	},
	{
		name: "remote file in kustomization.yaml",
		git:  `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, namespace: "${mine}", resources: ["${files}/remote.yaml"]}`,
	},

	// Kustomizations that the tenant writes into its home namespace.
	{
		name:          "Kustomization: sourceRef of another tenant",
		kustomization: `{sourceRef: {kind: GitRepository, name: ${victim}, namespace: ${victim}}}`,
		flags:         refusal{byFlag, "cross-namespace references have been blocked"},
		policy:        refusal{byPolicy, "spec.sourceRef.namespace: refer to objects of your own namespace only"},
	},
	{
		name:          "Kustomization: sourceRef in flux-system",
		kustomization: `{sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}`,
		flags:         refusal{byFlag, "cross-namespace references have been blocked"},
		policy:        refusal{byPolicy, "spec.sourceRef.namespace: refer to objects of your own namespace only"},
	},
	{
		name:          "Kustomization: dependsOn another tenant",
		kustomization: `{dependsOn: [{name: ${victim}, namespace: ${victim}}]}`,
		policy:        refusal{byPolicy, "spec.dependsOn: refer to objects of your own namespace only"},
	}, {
		name:          "Kustomization: dependsOn flux-system",
		kustomization: `{dependsOn: [{name: flux-system, namespace: flux-system}]}`,
		policy:        refusal{byPolicy, "spec.dependsOn: refer to objects of your own namespace only"},
	},

	{
		name:          "Kustomization: dependsOn flux-system with readyExpr",
		kustomization: `{dependsOn: [{name: flux-system, namespace: flux-system, readyExpr: 'dep.spec.prune == true'}]}`,
		policy:        refusal{byPolicy, "spec.dependsOn: refer to objects of your own namespace only"},
	},
	{
		name:          "Kustomization: privileged serviceAccountName",
		kustomization: `{serviceAccountName: kustomize-controller, path: ./privileged}`,
		always:        refusal{byRBAC, `User "system:serviceaccount:${me}:kustomize-controller" cannot patch resource "clusterroles"`},
	}, {
		name:          "Kustomization: privileged serviceAccountName with a kubeConfig",
		with:          `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, serviceAccountName: gitops-reconciler, address: "${server}", audiences: "${server}", ca.crt: "${ca}"}}`,
		kustomization: `{serviceAccountName: kustomize-controller, path: ./privileged, kubeConfig: {configMapRef: {name: "${id}"}}}`,
		always:        refusal{byRBAC, `User "system:serviceaccount:${me}:kustomize-controller" cannot patch resource "clusterroles"`},
	},

	{
		name:          "Kustomization: no serviceAccountName",
		kustomization: `{serviceAccountName: null, path: ./privileged}`,
		flags:         refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot patch resource "clusterroles"`},
		policy:        refusal{byPolicy, "spec.serviceAccountName: name the account to act as"},
	},
	{
		name:          "Kustomization: targetNamespace of another tenant",
		kustomization: `{targetNamespace: ${theirs}}`,
		always:        refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "${theirs}"`},
	},
	{
		name:          "Kustomization: targetNamespace flux-system",
		kustomization: `{targetNamespace: flux-system}`,
		always:        refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "flux-system"`},
	},
	{
		name:          "Kustomization: healthChecks in another tenant's namespace",
		kustomization: `{timeout: 5s, healthChecks: [{apiVersion: v1, kind: ConfigMap, name: config, namespace: ${theirs}}]}`,
		always:        refusal{byRBAC, `cannot get resource "configmaps" in API group "" in the namespace "${theirs}"`},
	}, {
		name:          "Kustomization: healthChecks in flux-system",
		kustomization: `{timeout: 5s, healthChecks: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: flux-system, namespace: flux-system}]}`,
		always:        refusal{byRBAC, `cannot get resource "gitrepositories" in API group "source.toolkit.fluxcd.io" in the namespace "flux-system"`},
	},

	{
		name:          "Kustomization: substituteFrom a Secret of flux-system",
		kustomization: `{postBuild: {substituteFrom: [{kind: Secret, name: platform}]}}`,
		always:        refusal{byFlux, `"platform" not found`},
	},
	{
		name:          "Kustomization: decryption with a Secret of flux-system",
		kustomization: `{decryption: {provider: sops, secretRef: {name: platform}}}`,
		always:        refusal{byFlux, `"platform" not found`},
	},
	{
		name:          "Kustomization: decryption with the controller's own cloud identity",
		kustomization: `{path: ./encrypted, decryption: {provider: sops}}`,
		flags:         refusal{byFlag, "service account '${me}/gitops-reconciler'"},
		policy:        refusal{byPolicy, "spec.decryption: name the Secret with the keys"},
	},
	{
		name:          "Kustomization: decryption with a ServiceAccount of flux-system",
		kustomization: `{path: ./encrypted, decryption: {provider: sops, serviceAccountName: kustomize-controller}}`,
		always:        refusal{byFlux, "'${me}/kustomize-controller': ServiceAccount"},
	},
	{
		name:          "Kustomization: path out of the repository",
		kustomization: `{path: ../../../../etc}`,
		always:        refusal{byFlux, "kustomization path not found"},
	},
	{
		name:          "Kustomization: kubeConfig Secret of flux-system",
		kustomization: `{kubeConfig: {secretRef: {name: platform}}}`,
		always:        refusal{byFlux, `"platform" not found`},
	},
	{
		name:          "Kustomization: kubeConfig with an exec plugin",
		with:          `{apiVersion: v1, kind: Secret, metadata: {name: exec, namespace: "${me}"}, stringData: {value: '{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "${server}", "certificate-authority-data": "${caData}"}}], "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": [{"name": "x", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "touch", "args": ["${loot}"], "interactiveMode": "Never"}}}]}'}}`,
		kustomization: `{kubeConfig: {secretRef: {name: exec}}}`,
		always:        refusal{byFlux, "failed to get server groups: unknown"},
	},
	{
		name:          "Kustomization: kubeConfig that skips TLS verification",
		with:          `{apiVersion: v1, kind: Secret, metadata: {name: insecure, namespace: "${me}"}, stringData: {value: '{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "${server}", "insecure-skip-tls-verify": true}}], "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": [{"name": "x", "user": {"token": "x"}}]}'}}`,
		kustomization: `{kubeConfig: {secretRef: {name: insecure}}}`,
		always:        refusal{byFlux, "x509: certificate signed by unknown authority"},
	},
	{
		name:          "Kustomization: kubeConfig ConfigMap without serviceAccountName",
		with:          `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, address: "${server}", audiences: "${server}", ca.crt: "${ca}"}}`,
		kustomization: `{path: ./privileged, kubeConfig: {configMapRef: {name: ${id}}}}`,
		flags:         refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot`},
		policy:        refusal{byPolicy, "data.serviceAccountName: name the account"},
	},

	// HelmReleases that the tenant writes into its home namespace.
	{
		name:        "HelmRelease: chart source of another tenant",
		helmRelease: `{chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts, namespace: ${victim}}}}}`,
		flags:       refusal{byFlag, "cross-namespace references are not allowed"},
		policy:      refusal{byPolicy, "spec.chart.spec.sourceRef.namespace: refer to objects of your own namespace only"},
	},
	{
		name:        "HelmRelease: chart source in flux-system",
		helmRelease: `{chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts, namespace: flux-system}}}}`,
		flags:       refusal{byFlag, "cross-namespace references are not allowed"},
		policy:      refusal{byPolicy, "spec.chart.spec.sourceRef.namespace: refer to objects of your own namespace only"},
	},
	{
		name:        "HelmRelease: chartRef of another tenant",
		helmRelease: `{chart: null, chartRef: {kind: HelmChart, name: ${victim}-app, namespace: ${victim}}}`,
		flags:       refusal{byFlag, "cross-namespace references are not allowed"},
		policy:      refusal{byPolicy, "spec.chartRef.namespace: refer to objects of your own namespace only"},
	},
	{
		name:        "HelmRelease: chartRef in flux-system",
		helmRelease: `{chart: null, chartRef: {kind: HelmChart, name: app, namespace: flux-system}}`,
		flags:       refusal{byFlag, "cross-namespace references are not allowed"},
		policy:      refusal{byPolicy, "spec.chartRef.namespace: refer to objects of your own namespace only"},
	},
	{
		name:        "HelmRelease: dependsOn another tenant",
		helmRelease: `{dependsOn: [{name: app, namespace: ${victim}}]}`,
		policy:      refusal{byPolicy, "spec.dependsOn: refer to objects of your own namespace only"},
	}, {
		name:        "HelmRelease: dependsOn flux-system",
		helmRelease: `{dependsOn: [{name: app, namespace: flux-system}]}`,
		policy:      refusal{byPolicy, "spec.dependsOn: refer to objects of your own namespace only"},
	},

	{
		name:        "HelmRelease: privileged serviceAccountName",
		helmRelease: `{serviceAccountName: helm-controller}`,
		always:      refusal{byRBAC, `User "system:serviceaccount:${me}:helm-controller" cannot`},
	},
	{
		name:        "HelmRelease: no serviceAccountName",
		helmRelease: `{serviceAccountName: null, values: {namespace: flux-system, name: ${id}}}`,
		flags:       refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot get resource "configmaps" in API group "" in the namespace "flux-system"`},
		policy:      refusal{byPolicy, "spec.serviceAccountName: name the account to act as"},
	},
	{
		name:        "HelmRelease: targetNamespace of another tenant",
		helmRelease: `{targetNamespace: ${theirs}}`,
		always:      refusal{byRBAC, `in the namespace "${theirs}"`},
	},
	{
		name:        "HelmRelease: targetNamespace flux-system",
		helmRelease: `{targetNamespace: flux-system}`,
		always:      refusal{byRBAC, `in the namespace "flux-system"`},
	},
	{
		name:        "HelmRelease: storageNamespace of another tenant",
		helmRelease: `{storageNamespace: ${theirs}}`,
		always:      refusal{byRBAC, `in the namespace "${theirs}"`},
	},
	{
		name:        "HelmRelease: storageNamespace flux-system",
		helmRelease: `{storageNamespace: flux-system}`,
		always:      refusal{byRBAC, `in the namespace "flux-system"`},
	},
	{
		name:        "HelmRelease: template for another tenant's namespace",
		helmRelease: `{values: {namespace: ${theirs}}}`,
		always:      refusal{byRBAC, `in the namespace "${theirs}"`},
	},
	{
		name:        "HelmRelease: createNamespace for another tenant's name",
		helmRelease: `{targetNamespace: ${victim}, install: {createNamespace: true}}`,
		always:      refusal{byRBAC, `cannot get resource "configmaps" in API group "" in the namespace "${victim}"`},
	},
	{
		name:        "HelmRelease: chart with a CustomResourceDefinition",
		helmRelease: `{chart: {spec: {chart: crds, sourceRef: {kind: HelmRepository, name: charts}}}}`,
		always:      refusal{byRBAC, "customresourcedefinitions"},
	},
	{
		name:        "HelmRelease: valuesFrom a Secret of flux-system",
		helmRelease: `{valuesFrom: [{kind: Secret, name: platform}]}`,
		always:      refusal{byFlux, `"platform" not found`},
	},
	{
		name:        "HelmRelease: kubeConfig Secret of flux-system",
		helmRelease: `{kubeConfig: {secretRef: {name: platform}}}`,
		always:      refusal{byFlux, `"platform" not found`},
	},
	{
		name:        "HelmRelease: kubeConfig ConfigMap without serviceAccountName",
		with:        `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, address: "${server}", audiences: "${server}", ca.crt: "${ca}"}}`,
		helmRelease: `{kubeConfig: {configMapRef: {name: "${id}"}}, values: {namespace: flux-system, name: "${id}"}}`,
		flags:       refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot`},
		policy:      refusal{byPolicy, "data.serviceAccountName: name the account"},
	},

	// Requests with the reconciler's own token.
	{
		name: "its own Tenant: add an owner",
		call: func(ctx context.Context, a *assault) error {
			return a.patch(ctx, a.attacker.Tenant, `{"spec":{"owners":[{"kind":"User","name":"mallory"}]}}`)
		},
		always: refusal{byRBAC, `cannot patch resource "tenants"`},
	},
	{
		name: "its own Tenant: lift the quota",
		call: func(ctx context.Context, a *assault) error {
			return a.patch(ctx, a.attacker.Tenant, `{"spec":{"namespaceOptions":{"quota":100}}}`)
		},
		always: refusal{byRBAC, `cannot patch resource "tenants"`},
	},
	{
		name: "its own TenantOwner: more ClusterRoles",
		call: func(ctx context.Context, a *assault) error {
			return a.patch(ctx, a.attacker.Reconciler, `{"spec":{"clusterRoles":["cluster-admin"]}}`)
		},
		always: refusal{byRBAC, `cannot patch resource "tenantowners"`},
	},
	{
		name: "its own namespace: label of another tenant",
		call: func(ctx context.Context, a *assault) error {
			return a.desert(ctx, `{"metadata":{"labels":{"capsule.clastix.io/tenant":"${victim}"}}}`)
		},
		always: refusal{byCapsule, "put back"},
	},
	{
		name: "its own namespace: no label",
		call: func(ctx context.Context, a *assault) error {
			return a.desert(ctx, `{"metadata":{"labels":{"capsule.clastix.io/tenant":null}}}`)
		},
		always: refusal{byCapsule, "put back"},
	},
	{
		name: "its own namespace: owned by another tenant",
		call: func(ctx context.Context, a *assault) error {
			return a.desert(ctx, ownedByVictim)
		},
		always: refusal{byCapsule, "put back"},
	},
	{
		name: "its own namespace: owned by nobody",
		call: func(ctx context.Context, a *assault) error {
			return a.desert(ctx, `{"metadata":{"ownerReferences":null}}`)
		},
		always: refusal{byCapsule, "put back"},
	},
	{
		name: "its own namespace: owned by another tenant, by way of status",
		call: func(ctx context.Context, a *assault) error {
			return a.client.SubResource("status").Patch(ctx, a.attacker.app(), mergePatch(a.expand(ownedByVictim)))
		},
		always: refusal{byRBAC, `cannot patch resource "namespaces/status"`},
	}, {
		name: "its own namespace: label of another tenant, by way of status",
		call: func(ctx context.Context, a *assault) error {
			return a.client.SubResource("status").Patch(ctx, a.attacker.app(), mergePatch(a.expand(`{"metadata":{"labels":{"capsule.clastix.io/tenant":"${victim}"}}}`)))
		},
		always: refusal{byRBAC, `cannot patch resource "namespaces/status"`},
	},

	{
		name: "its own namespace: owned by another tenant, by way of finalize",
		call: func(ctx context.Context, a *assault) error {
			app := a.attacker.app()
			if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(app), app); err != nil {
				return err
			}
			app.OwnerReferences[0].Name = a.victim.name
			app.OwnerReferences[0].UID = a.victimUID
			return a.client.SubResource("finalize").Update(ctx, app)
		},
		always: refusal{byRBAC, `cannot update resource "namespaces/finalize"`},
	},
	{
		name: "its home namespace: without the label that the policy goes by",
		call: func(ctx context.Context, a *assault) error {
			return a.patch(ctx, a.attacker.Namespace, `{"metadata":{"labels":{"toolkit.fluxcd.io/tenant":null}}}`)
		},
		always: refusal{byCapsule, "namespace is not owned by any tenant"},
	},
	{
		name:   "namespace past the quota",
		call:   func(ctx context.Context, a *assault) error { return a.exceedQuota(ctx) },
		always: refusal{byCapsule, "Cannot exceed Namespace quota"},
	},
	{
		name:   "namespace of another tenant deleted",
		call:   func(ctx context.Context, a *assault) error { return a.client.Delete(ctx, a.victim.app()) },
		always: refusal{byRBAC, `cannot delete resource "namespaces"`},
	},
	{
		name:   "token of another tenant's reconciler",
		call:   func(ctx context.Context, a *assault) error { return a.token(ctx, a.victim.ServiceAccount) },
		always: refusal{byRBAC, `cannot create resource "serviceaccounts/token"`},
	},
	{
		name: "token of kustomize-controller",
		call: func(ctx context.Context, a *assault) error {
			return a.token(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "kustomize-controller"}})
		},
		always: refusal{byRBAC, `cannot create resource "serviceaccounts/token"`},
	},
	{
		name: "Secrets of flux-system read",
		call: func(ctx context.Context, a *assault) error {
			return a.client.List(ctx, &corev1.SecretList{}, client.InNamespace("flux-system"))
		},
		always: refusal{byRBAC, `cannot list resource "secrets" in API group "" in the namespace "flux-system"`},
	},
	{
		name: "Secrets of another tenant read",
		call: func(ctx context.Context, a *assault) error {
			return a.client.List(ctx, &corev1.SecretList{}, client.InNamespace(a.victim.name))
		},
		always: refusal{byRBAC, `cannot list resource "secrets" in API group "" in the namespace "${victim}"`},
	},
	{
		name: "RoleBinding for itself in another tenant's namespace",
		call: func(ctx context.Context, a *assault) error {
			binding := a.attacker.HomeRoleBinding.DeepCopy()
			binding.Namespace = a.victim.app().Name
			return a.client.Create(ctx, binding)
		},
		always: refusal{byRBAC, `cannot create resource "rolebindings"`},
	},
	{
		name: "Role that grants namespaces/finalize in its home namespace",
		call: func(ctx context.Context, a *assault) error {
			return a.client.Create(ctx, &rbacv1.Role{
				ObjectMeta: metav1.ObjectMeta{Namespace: a.attacker.name, Name: "finalize"},
				Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"namespaces/finalize"}, Verbs: []string{"update"}}},
			})
		},
		always: refusal{byRBAC, "is attempting to grant RBAC permissions not currently held"},
	},
	{
		name: "impersonate another tenant's reconciler at the API server",
		call: func(ctx context.Context, a *assault) error {
			return a.impersonate(ctx, cluster.Server, cluster.CA(), a.victim.reconciler())
		},
		always: refusal{byRBAC, "cannot impersonate"},
	},
	{
		name: "impersonate system:masters at the API server",
		call: func(ctx context.Context, a *assault) error {
			return a.impersonate(ctx, cluster.Server, cluster.CA(), a.attacker.reconciler(), "system:masters")
		},
		always: refusal{byRBAC, "cannot impersonate resource"},
	},
	{
		name:  "impersonate another tenant's reconciler at Capsule Proxy",
		proxy: true,
		call: func(ctx context.Context, a *assault) error {
			return a.impersonate(ctx, cluster.Proxy.URL, cluster.Proxy.CA(), a.victim.reconciler())
		},
		always: refusal{byProxy, "cannot impersonate the user system:serviceaccount:${victim}:gitops-reconciler"},
	},
	{
		name:  "impersonate system:masters at Capsule Proxy",
		proxy: true,
		call: func(ctx context.Context, a *assault) error {
			return a.impersonate(ctx, cluster.Proxy.URL, cluster.Proxy.CA(), a.attacker.reconciler(), "system:masters")
		},
		always: refusal{byProxy, "cannot impersonate the group system:masters"},
	},
	{
		name: "admission policy deleted",
		call: func(ctx context.Context, a *assault) error {
			return a.client.DeleteAllOf(ctx, &admissionv1.ValidatingAdmissionPolicyBinding{})
		},
		always: refusal{byRBAC, `cannot deletecollection resource "validatingadmissionpolicybindings"`},
	},
}

const ownedByVictim = `{"metadata":{"ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"${victim}","uid":"${victimUID}"}]}}`

func mergePatch(patch string) client.Patch {
	return client.RawPatch("application/merge-patch+json", []byte(patch))
}
