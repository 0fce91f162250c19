package capsule_test

import (
	"testing"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/meta"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	"github.com/projectcapsule/capsule/pkg/template"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

func configMap(name string, data ...string) *corev1.ConfigMap {
	object := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}
	for _, value := range data {
		object.Data = map[string]string{"a": value}
	}
	return object
}

// denyAll has a status-free spec with an empty object in it, which must stay.
var denyAll = &networkingv1.NetworkPolicy{
	TypeMeta:   metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"},
	ObjectMeta: metav1.ObjectMeta{Name: "deny-all"},
	Spec:       networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{"Ingress", "Egress"}},
}

var everything = capsule.Replicate{
	Objects: []runtime.Object{denyAll, configMap("motd", "for {{tenant.name}} in {{ namespace }}")},
	Copies: []template.ResourceReference{{
		VersionKind: capsuleruntime.VersionKind{APIVersion: "v1", Kind: "Secret"},
		Name:        "pull-{{tenant.name}}", Namespace: "registry", Selector: &fast, Optional: true,
	}},
	Generators: []capsulev1beta2.TemplateItemSpec{{Template: "kind: {{ .tenant.metadata.name | quote }}", MissingKey: "error"}},
	Context: []*template.TemplateResourceReference{{
		ResourceReference: template.ResourceReference{
			VersionKind: capsuleruntime.VersionKind{APIVersion: "v1", Kind: "ConfigMap"},
			Name:        "values", Namespace: "{{namespace}}", Selector: &fast, Optional: true,
		},
		Index: "values",
	}},
	Namespaces:  &fast,
	Labels:      map[string]string{"tenant": "{{tenant.name}}"},
	Annotations: map[string]string{"a": "b"},
}

const everythingYAML = `spec: {resources: [
	{rawItems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: motd}}]},
	{namespaceSelector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]},
	 rawItems: [
		{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny-all}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}},
		{apiVersion: v1, kind: ConfigMap, metadata: {name: motd}, data: {a: "for {{tenant.name}} in {{ namespace }}"}}],
	 namespacedItems: [{apiVersion: v1, kind: Secret, name: "pull-{{tenant.name}}", namespace: registry, optional: true, selector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}],
	 generators: [{template: "kind: {{ .tenant.metadata.name | quote }}", missingKey: error}],
	 context: {resources: [{apiVersion: v1, kind: ConfigMap, name: values, namespace: "{{namespace}}", index: values, optional: true, selector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}]},
	 additionalMetadata: {labels: {tenant: "{{tenant.name}}"}, annotations: {a: b}}}]}`

type globalOption = capsule.GlobalTenantResourceOption

var globalTenantResource = buildtest.Kind[*capsulev1beta2.GlobalTenantResource, globalOption]{
	Build: func(opts ...globalOption) (*capsulev1beta2.GlobalTenantResource, error) {
		return capsule.GlobalTenantResource("motd", append([]globalOption{
			capsule.As{Namespace: "capsule-system", Name: "replicator"}, capsule.Tenants{MatchExpressions: fast.MatchExpressions},
			capsule.Replicate{Objects: []runtime.Object{configMap("motd")}},
		}, opts...)...)
	},
	Func:    globalFunc,
	NilFunc: capsule.GlobalTenantResourceFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[globalOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{Option: capsule.As{Namespace: "other", Name: "account"}, YAML: `spec: {serviceAccount: {namespace: other, name: account}}`},
		{Option: capsule.Tenants(fast), YAML: `spec: {tenantSelector: {matchLabels: {speed: fast}}}`},
		{Option: capsule.TenantNamed("dev-team"), YAML: `spec: {tenantSelector: {matchLabels: {kubernetes.io/metadata.name: dev-team}, matchExpressions: null}}`},
		{Option: capsule.Scope("Namespace"), YAML: `spec: {scope: Namespace}`},
		{Option: everything, YAML: everythingYAML},
		{Option: capsule.ResyncPeriod(5 * time.Minute), YAML: `spec: {resyncPeriod: 5m}`},
		{Option: capsule.After{"first", "second"}, YAML: `spec: {dependsOn: [{name: first}, {name: second}]}`},
		{Option: capsule.PruneOnDelete(false), YAML: `spec: {pruningOnDelete: false}`},
		{Option: capsule.Cordoned(true), YAML: `spec: {cordoned: true}`},
		{Option: capsule.Adopt(true), YAML: `spec: {settings: {adopt: true}}`},
		{Option: capsule.Force(true), YAML: `spec: {settings: {force: true}}`},
		{Option: capsule.AsController(false), YAML: `{}`},
		{Option: capsule.EveryTenant(false), YAML: `{}`},
	},
	Invalid: []buildtest.Refuses[globalOption]{
		{
			Name:    "name",
			Options: buildtest.With(globalFunc(func(resource *capsulev1beta2.GlobalTenantResource) error { resource.Name = "Dev"; return nil })),
			Faults:  []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name: "no account and no tenants",
			Options: buildtest.With(globalFunc(func(resource *capsulev1beta2.GlobalTenantResource) error {
				resource.Spec.ServiceAccount, resource.Spec.TenantSelector = nil, metav1.LabelSelector{}
				return nil
			})),
			Faults: []string{
				"spec.serviceAccount: Required value: without one Capsule acts with its own privileges; ask for that with AsController",
				"spec.tenantSelector: Required value: an empty selector is every tenant; ask for that with EveryTenant",
			},
			Stricter: widens,
		},
		{
			Name:    "both ways",
			Options: buildtest.With[globalOption](capsule.AsController(true), capsule.EveryTenant(true)),
			Faults: []string{
				"spec.serviceAccount: Forbidden: AsController is to have no account: give one or the other",
				"spec.tenantSelector: Forbidden: EveryTenant is to select none: give one or the other",
			},
			Stricter: "one of the two is not meant",
		},
		{
			Name: "references",
			Options: buildtest.With[globalOption](capsule.As{Namespace: "a b", Name: "A"}, capsule.Scope("Galaxy"), capsule.After{"a.b"},
				capsule.Tenants{MatchLabels: map[string]string{"a b": ""}}, capsule.ResyncPeriod(-1)),
			Faults: []string{
				`spec.serviceAccount.name: Invalid value: "A": ` + notLabel,
				`spec.serviceAccount.namespace: Invalid value: "a b": ` + notLabel,
				`spec.scope: Unsupported value: "Galaxy": supported values: "Namespace", "Tenant", "None"`,
				`spec.tenantSelector.matchLabels: Invalid value: "a b": ` + notNamePart,
				`spec.resyncPeriod: Invalid value: "-1ns": must be greater than 0s`,
				`spec.dependsOn[0].name: Invalid value: "a.b": must not contain dots`,
			},
		},
		{
			Name: "nothing to replicate",
			Options: buildtest.With(globalFunc(func(resource *capsulev1beta2.GlobalTenantResource) error {
				resource.Spec.Resources = nil
				return nil
			})),
			Faults: []string{"spec.resources: Required value: there is nothing to replicate"},
		},
		{
			Name:    "nothing in it",
			Options: buildtest.With[globalOption](capsule.Replicate{Namespaces: &metav1.LabelSelector{}}),
			Faults: []string{
				"spec.resources[1]: Required value: there is nothing to replicate",
				"spec.resources[1].namespaceSelector: Required value: an empty selector selects every namespace of the tenants: leave it out",
			},
			Stricter: "it does nothing",
		},
		{
			Name:    "no object",
			Options: buildtest.With[globalOption](capsule.Replicate{Objects: []runtime.Object{nil}}),
			Faults: []string{
				`spec.resources[1].rawItems[0]: Invalid value: "<nil>": must not be nil`,
				`spec.resources[1].rawItems[0]: Invalid value: "": must be a JSON object with Kubernetes metadata: unexpected end of JSON input`,
			},
		},
		{
			Name: "objects",
			Options: buildtest.With[globalOption](capsule.Replicate{Objects: []runtime.Object{
				&corev1.ConfigMap{},
				&rbacv1.ClusterRole{TypeMeta: metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole"}, ObjectMeta: metav1.ObjectMeta{Name: "a"}},
				configMap("motd", "{{ .Values.a }}"),
				configMap("motd", "{{ open"),
			}}),
			Faults: []string{
				"spec.resources[1].rawItems[0].apiVersion: Required value",
				"spec.resources[1].rawItems[0].kind: Required value",
				"spec.resources[1].rawItems[0].metadata.name: Required value",
				"spec.resources[1].rawItems[1].kind: Forbidden: ClusterRole.rbac.authorization.k8s.io is for the whole cluster: a replication would let whoever changes it out of the tenants' namespaces",
				`spec.resources[1].rawItems[2].data.a: Invalid value: "{{ .Values.a }}": ` + unknownTag,
				`spec.resources[1].rawItems[3].data.a: Invalid value: "{{ open": ` + unknownTag,
			},
			Stricter: failsLater,
		},
		{
			Name:    "objects of no namespace",
			Options: buildtest.With[globalOption](capsule.Scope("Tenant"), capsule.Replicate{Objects: []runtime.Object{configMap("motd", "{{namespace}}")}}),
			Faults: []string{
				"spec.resources[0].rawItems[0].metadata.namespace: Required value: only scope Namespace puts an object into a namespace",
				"spec.resources[1].rawItems[0].metadata.namespace: Required value: only scope Namespace puts an object into a namespace",
				`spec.resources[1].rawItems[0].data.a: Invalid value: "{{namespace}}": ` + unknownTag,
			},
			Stricter: failsLater,
		},
		{
			Name: "copies and templates",
			Options: buildtest.With[globalOption](capsule.Replicate{
				Copies: []template.ResourceReference{
					{},
					{VersionKind: capsuleruntime.VersionKind{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole"}, Name: "A", Namespace: "a.b", Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b c"}}},
				},
				Context:    []*template.TemplateResourceReference{nil, {ResourceReference: template.ResourceReference{VersionKind: capsuleruntime.VersionKind{APIVersion: "a/b/c", Kind: "A"}}}},
				Generators: []capsulev1beta2.TemplateItemSpec{{}, {Template: "{{ if }}", MissingKey: "panic"}},
				Labels:     map[string]string{"a": "{{.b}}"},
			}),
			Faults: []string{
				"spec.resources[1].namespacedItems[0].kind: Required value",
				"spec.resources[1].namespacedItems[1].kind: Forbidden: ClusterRole is for the whole cluster",
				`spec.resources[1].namespacedItems[1].name: Invalid value: "A": ` + notSubdomain,
				`spec.resources[1].namespacedItems[1].namespace: Invalid value: "a.b": must not contain dots`,
				`spec.resources[1].namespacedItems[1].selector.matchLabels: Invalid value: "b c": ` + notLabelValue,
				"spec.resources[1].generators[0].template: Required value",
				`spec.resources[1].generators[1].missingKey: Unsupported value: "panic": supported values: "invalid", "zero", "error"`,
				`spec.resources[1].generators[1].template: Invalid value: "{{ if }}": template: :1: missing value for if`,
				"spec.resources[1].context.resources[0]: Required value",
				`spec.resources[1].context.resources[1].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
				`spec.resources[1].additionalMetadata.labels[a]: Invalid value: "{{.b}}": unsupported template ".b" in "{{.b}}", allowed templates are {{namespace}}, {{tenant.name}}`,
			},
		},
	},
}

const unknownTag = "Capsule knows {{tenant.name}} and, with scope Namespace, {{namespace}}, and would leave out any other: use a generator"

func globalFunc(f func(*capsulev1beta2.GlobalTenantResource) error) globalOption {
	return capsule.GlobalTenantResourceFunc(f)
}

func TestGlobalTenantResource(t *testing.T)       { globalTenantResource.Test(t) }
func TestGlobalTenantResourceFields(t *testing.T) { globalTenantResource.TestFields(t, nil) }

// What widens a replication can be asked for by name.
func TestGlobalTenantResourceAsked(t *testing.T) {
	replicate := capsule.Replicate{Objects: []runtime.Object{configMap("motd")}}
	resource, err := capsule.GlobalTenantResource("motd", capsule.AsController(true), capsule.EveryTenant(true), replicate)
	if err != nil {
		t.Fatal(err)
	}
	if resource.Spec.ServiceAccount != nil || len(resource.Spec.TenantSelector.MatchLabels) > 0 {
		t.Errorf("got %v and %v, want neither", resource.Spec.ServiceAccount, resource.Spec.TenantSelector)
	}
	object := configMap("motd")
	object.Namespace = "shared"
	resource, err = capsule.GlobalTenantResource("motd", capsule.As{Namespace: "a", Name: "b"}, capsule.Scope("None"),
		capsule.Replicate{Objects: []runtime.Object{object}})
	if err != nil {
		t.Errorf("scope None is about no tenant: %v", err)
	}
	if resource.Spec.Scope != "None" {
		t.Errorf("scope is %q", resource.Spec.Scope)
	}
}

type localOption = capsule.TenantResourceOption

var tenantResource = buildtest.Kind[*capsulev1beta2.TenantResource, localOption]{
	Build: func(opts ...localOption) (*capsulev1beta2.TenantResource, error) {
		return capsule.TenantResource("dev-team-apps", "motd", append([]localOption{
			capsule.AccountName("replicator"), capsule.Replicate{Objects: []runtime.Object{configMap("motd")}},
		}, opts...)...)
	},
	Func:    localFunc,
	NilFunc: capsule.TenantResourceFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[localOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{Option: capsule.AccountName("other"), YAML: `spec: {serviceAccount: {name: other}}`},
		{Option: everything, YAML: everythingYAML},
		{Option: capsule.ResyncPeriod(5 * time.Minute), YAML: `spec: {resyncPeriod: 5m}`},
		{Option: capsule.After{"first"}, YAML: `spec: {dependsOn: [{name: first}]}`},
		{Option: capsule.PruneOnDelete(false), YAML: `spec: {pruningOnDelete: false}`},
		{Option: capsule.Cordoned(true), YAML: `spec: {cordoned: true}`},
		{Option: capsule.Adopt(true), YAML: `spec: {settings: {adopt: true}}`},
		{Option: capsule.Force(true), YAML: `spec: {settings: {force: true}}`},
		{Option: capsule.AsController(false), YAML: `{}`},
	},
	Invalid: []buildtest.Refuses[localOption]{
		{
			Name:    "namespace",
			Options: buildtest.With(localFunc(func(resource *capsulev1beta2.TenantResource) error { resource.Namespace = "a.b"; return nil })),
			Faults:  []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
		},
		{
			Name:     "no account",
			Options:  buildtest.With(localFunc(func(resource *capsulev1beta2.TenantResource) error { resource.Spec.ServiceAccount = nil; return nil })),
			Faults:   []string{"spec.serviceAccount: Required value: without one Capsule acts with its own privileges; ask for that with AsController"},
			Stricter: widens,
		},
		{
			Name:     "both ways",
			Options:  buildtest.With[localOption](capsule.AsController(true)),
			Faults:   []string{"spec.serviceAccount: Forbidden: AsController is to have no account: give one or the other"},
			Stricter: "one of the two is not meant",
		},
		{
			Name: "account and resources",
			Options: buildtest.With(localFunc(func(resource *capsulev1beta2.TenantResource) error {
				resource.Spec.ServiceAccount = &meta.LocalRFC1123ObjectReference{Name: "a.b"}
				resource.Spec.Resources = nil
				return nil
			})),
			Faults: []string{
				`spec.serviceAccount.name: Invalid value: "a.b": must not contain dots`,
				"spec.resources: Required value: there is nothing to replicate",
			},
		},
	},
}

func localFunc(f func(*capsulev1beta2.TenantResource) error) localOption {
	return capsule.TenantResourceFunc(f)
}

func TestTenantResource(t *testing.T)       { tenantResource.Test(t) }
func TestTenantResourceFields(t *testing.T) { tenantResource.TestFields(t, nil) }
