package capsule_test

import (
	"testing"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// motd is a replication of one ConfigMap.
func motd() capsulev1beta2.TenantResourceCommonSpec {
	return capsulev1beta2.TenantResourceCommonSpec{Resources: []capsulev1beta2.ResourceSpec{{
		RawItems: []capsulev1beta2.RawExtension{{RawExtension: runtime.RawExtension{Raw: []byte(motdJSON)}}},
	}}}
}

const motdJSON = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"motd"}}`

var replicationsAccepted = []string{
	`metadata: {labels: {a: b}, annotations: {a: b}}`,
	`
spec:
  resources:
  - rawItems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: motd}}]
  - namespaceSelector: ` + fastYAML + `
    rawItems:
    - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny-all}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: motd}, data: {a: "for {{tenant.name}} in {{ namespace }}"}}
    - {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: ` + auditors + `}
    namespacedItems: [{apiVersion: v1, kind: Secret, name: "pull-{{tenant.name}}", namespace: registry, optional: true, selector: ` + fastYAML + `}]
    generators: [{template: "kind: {{ .tenant.metadata.name | quote }}", missingKey: error}]
    context: {resources: [{apiVersion: v1, kind: ConfigMap, name: values, namespace: "{{namespace}}", index: values, optional: true, selector: ` + fastYAML + `}]}
    additionalMetadata: {labels: {tenant: "{{tenant.name}}"}, annotations: {a: b}}`,
	`spec: {resyncPeriod: 5m}`,
	`spec: {dependsOn: [{name: first}, {name: second}]}`,
	`spec: {pruningOnDelete: false, cordoned: true, settings: {adopt: true, force: true}}`,
}

var globalTenantResource = buildtest.Kind[*capsulev1beta2.GlobalTenantResource]{
	Build: func(resource *capsulev1beta2.GlobalTenantResource) (*capsulev1beta2.GlobalTenantResource, error) {
		return capsule.GlobalTenantResource(resource.ObjectMeta, resource.Spec)
	},
	Validate: validated[*capsulev1beta2.GlobalTenantResource],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.GlobalTenantResource{
		ObjectMeta: metav1.ObjectMeta{Name: "motd"},
		Spec: capsulev1beta2.GlobalTenantResourceSpec{
			TenantResourceCommonSpec: motd(),
			ServiceAccount:           &meta.NamespacedRFC1123ObjectReferenceWithNamespace{Namespace: "capsule-system", Name: "replicator"},
			TenantSelector:           capsule.TenantNamed("dev-team"),
		},
	},
	Default: func(resource *capsulev1beta2.GlobalTenantResource) {
		if resource.Spec.ResyncPeriod.Duration == 0 {
			resource.Spec.ResyncPeriod.Duration = time.Minute
		}
		if resource.Spec.Scope == "" {
			resource.Spec.Scope = "Namespace"
		}
	},
	Accepts: append([]string{
		`spec: {serviceAccount: {namespace: other, name: account}}`,
		`spec: {tenantSelector: ` + fastYAML + `}`,
		`spec: {scope: Namespace}`,
		`spec: {scope: None, tenantSelector: null, resources: [{rawItems: [{apiVersion: v1, kind: ConfigMap, metadata: {namespace: shared, name: motd}}]}]}`,
	}, replicationsAccepted...),
	Refuses: globalReplicationsRefused,
}

func TestGlobalTenantResource(t *testing.T) { globalTenantResource.Test(t) }

var tenantResource = buildtest.Kind[*capsulev1beta2.TenantResource]{
	Build: func(resource *capsulev1beta2.TenantResource) (*capsulev1beta2.TenantResource, error) {
		return capsule.TenantResource(resource.ObjectMeta, resource.Spec)
	},
	Validate: validated[*capsulev1beta2.TenantResource],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.TenantResource{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "motd"},
		Spec: capsulev1beta2.TenantResourceSpec{
			TenantResourceCommonSpec: motd(),
			ServiceAccount:           &meta.LocalRFC1123ObjectReference{Name: "replicator"},
		},
	},
	Default: func(resource *capsulev1beta2.TenantResource) {
		if resource.Spec.ResyncPeriod.Duration == 0 {
			resource.Spec.ResyncPeriod.Duration = time.Minute
		}
	},
	Accepts: append([]string{`spec: {serviceAccount: {name: other}}`}, replicationsAccepted...),
	Refuses: []buildtest.Refuses{
		{
			Name:   "namespace",
			Change: `metadata: {namespace: a.b}`,
			Faults: []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
		},
		{
			Name:     "no account",
			Change:   `spec: {serviceAccount: null}`,
			Faults:   []string{"spec.serviceAccount: Required value: without one Capsule acts with its own privileges; AllowAsController allows it"},
			Stricter: widens,
		},
		{
			Name:   "account and resources",
			Change: `spec: {serviceAccount: {name: a.b}, resources: null}`,
			Faults: []string{
				`spec.serviceAccount.name: Invalid value: "a.b": must not contain dots`,
				"spec.resources: Required value: there is nothing to replicate",
			},
		},
	},
}

func TestTenantResource(t *testing.T) { tenantResource.Test(t) }
