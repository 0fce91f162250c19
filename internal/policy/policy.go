package policy

import (
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// A Policy is an admission policy and the bindings that say where it applies, in
// the order to apply them.
type Policy struct {
	Name    string
	Objects []client.Object
}

// Build returns the policies of a platform.
func Build(spec Spec) []Policy {
	policies := []Policy{
		tenantObjects(spec, tenancy.References),
		tenantObjects(spec, tenancy.Identities),
		tenantObjects(spec, tenancy.Sources),
		tenantObjects(spec, tenancy.Times),
		platformObjects(spec),
		statuses(spec),
		finalizers(spec),
		shards(spec),
		homes(),
		bundles(),
		tokens(spec),
		pods(),
	}
	if versions.ReadsKubeconfigFiles(spec.FluxVersion) {
		policies = append(policies, kubeconfigs(spec))
	}
	return policies
}

// tenantObjects is the policy for a class of the table.
func tenantObjects(spec Spec, class tenancy.Class) Policy {
	p := newPolicy("fluxcapsule-tenant-"+string(class), class.ResourceRules()...)
	// Otherwise the finalizer of an object older than the policy could not be removed.
	// Objects that are being deleted are still checked: their spec counts until they are
	// gone.
	p.condition("says-something-new", saysSomethingNew)
	p.Spec.MatchConditions = append(p.Spec.MatchConditions, class.Conditions()...)
	p.Spec.Validations = class.Validations(spec.limits())
	return p.bind(names.TenantLabel, names.MemberLabel)
}

// saysSomethingNew is true of a request that changes what an object asks for.
const saysSomethingNew = "oldObject == null || object.?spec != oldObject.?spec || object.?data != oldObject.?data"

// A validating is a policy with methods to build it.
type validating struct {
	*admissionv1.ValidatingAdmissionPolicy
}

func newPolicy(name string, rules ...admissionv1.NamedRuleWithOperations) validating {
	return validating{&admissionv1.ValidatingAdmissionPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionv1.ValidatingAdmissionPolicySpec{
			FailurePolicy:    new(admissionv1.Fail),
			MatchConstraints: &admissionv1.MatchResources{ResourceRules: rules},
		},
	}}
}

// condition adds a condition without which the policy does not apply.
func (p validating) condition(name, expression string) {
	p.Spec.MatchConditions = append(p.Spec.MatchConditions, admissionv1.MatchCondition{Name: name, Expression: expression})
}

// exempt lets the platform do what the policy refuses.
func (p validating) exempt(spec Spec) { p.condition("not-the-platform", "!("+spec.platform()+")") }

// refuse adds a validation.
func (p validating) refuse(unless, message string) {
	p.Spec.Validations = append(p.Spec.Validations, admissionv1.Validation{Expression: unless, Message: message})
}

// bind applies the policy to every namespace that has one of the labels; without
// any, everywhere. A binding can only ask for all labels of its selector, so each
// label has one.
func (p validating) bind(labels ...string) Policy {
	policy := Policy{p.Name, []client.Object{p.ValidatingAdmissionPolicy}}
	if len(labels) == 0 {
		policy.Objects = append(policy.Objects, p.binding("", nil))
	}
	for _, label := range labels {
		suffix := "-home"
		if label == names.MemberLabel {
			suffix = "-member"
		}
		policy.Objects = append(policy.Objects, p.binding(suffix, &admissionv1.MatchResources{NamespaceSelector: has(label)}))
	}
	return policy
}

func (p validating) binding(suffix string, match *admissionv1.MatchResources) *admissionv1.ValidatingAdmissionPolicyBinding {
	return &admissionv1.ValidatingAdmissionPolicyBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicyBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: p.Name + suffix},
		Spec: admissionv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName:        p.Name,
			ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny},
			MatchResources:    match,
		},
	}
}

func has(label string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: label, Operator: metav1.LabelSelectorOpExists}}}
}

// writing are the operations that create or change an object.
var writing = []admissionv1.OperationType{admissionv1.Create, admissionv1.Update}

// writes matches requests that create or change the resources, in any version.
func writes(group string, resources ...string) admissionv1.NamedRuleWithOperations {
	return on(writing, group, resources...)
}

// onFlux matches the operations on a resource of each of Flux's groups.
func onFlux(operations []admissionv1.OperationType, resource string) []admissionv1.NamedRuleWithOperations {
	var rules []admissionv1.NamedRuleWithOperations
	for _, controller := range []string{"helm", "image", "kustomize", "notification", "source"} {
		rules = append(rules, on(operations, controller+".toolkit.fluxcd.io", resource))
	}
	return append(rules, on(operations, names.SourceExtensions, resource))
}

func on(operations []admissionv1.OperationType, group string, resources ...string) admissionv1.NamedRuleWithOperations {
	return admissionv1.NamedRuleWithOperations{RuleWithOperations: admissionv1.RuleWithOperations{
		Operations: operations,
		Rule:       admissionv1.Rule{APIGroups: []string{group}, APIVersions: []string{"*"}, Resources: slices.Clone(resources)},
	}}
}
