package tenancy

import (
	"cmp"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ResourceRules match the kinds of a class when they are made or changed, in any
// version.
func (c Class) ResourceRules() []admissionv1.NamedRuleWithOperations {
	resources := map[string][]string{}
	var groups []string
	for _, kind := range c.kinds() {
		plural, _ := meta.UnsafeGuessKindToResource(kind.WithVersion(""))
		if resources[kind.Group] == nil {
			groups = append(groups, kind.Group)
		}
		resources[kind.Group] = append(resources[kind.Group], plural.Resource)
	}
	var rules []admissionv1.NamedRuleWithOperations
	for _, group := range groups {
		rules = append(rules, admissionv1.NamedRuleWithOperations{RuleWithOperations: admissionv1.RuleWithOperations{
			Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
			Rule:       admissionv1.Rule{APIGroups: []string{group}, APIVersions: []string{"*"}, Resources: resources[group]},
		}})
	}
	return rules
}

// Conditions are the match conditions of a class: it does not apply if one of them is
// false.
func (c Class) Conditions() []admissionv1.MatchCondition {
	var conditions []admissionv1.MatchCondition
	for _, e := range c.exemptions() {
		conditions = append(conditions, admissionv1.MatchCondition{Name: e.name, Expression: "!(" + e.is.cel(Limits{}) + ")"})
	}
	return conditions
}

// Validations are the rules of a class in CEL.
func (c Class) Validations(limits Limits) []admissionv1.Validation {
	var validations []admissionv1.Validation
	all := c.kinds()
	for _, rule := range c.rules() {
		expression := rule.must.cel(limits)
		if expression == "true" {
			continue
		}
		if len(rule.Kinds) < len(all) {
			expression = "!(request.kind.kind in " + list(kindNames(rule.Kinds)) + ") || " + expression
		}
		validations = append(validations, admissionv1.Validation{Expression: expression, Message: rule.Field + ": " + rule.Message})
	}
	return validations
}

// rules are the rules of the class that an admission policy can check.
func (c Class) rules() []Rule {
	return slices.DeleteFunc(Rules(), func(r Rule) bool { return r.Class != c || r.BundleOnly != "" })
}

// kinds are those of the class, sorted.
func (c Class) kinds() []schema.GroupKind {
	var kinds []schema.GroupKind
	for _, rule := range c.rules() {
		kinds = append(kinds, rule.Kinds...)
	}
	slices.SortFunc(kinds, func(a, b schema.GroupKind) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Kind, b.Kind))
	})
	return slices.Compact(kinds)
}

func kindNames(kinds []schema.GroupKind) []string {
	var names []string
	for _, kind := range kinds {
		names = append(names, kind.Kind)
	}
	return names
}
