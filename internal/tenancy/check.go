package tenancy

import (
	"cmp"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// A Violation is a rule that an object breaks, and the field.
type Violation struct {
	Rule   Rule
	Errors field.ErrorList
}

// Check lists the fields that take an object out of the tenant. Of an object whose
// kind is not in the table it checks only the metadata: RBAC and Capsule limit the
// rest.
func Check(obj runtime.Object, id Identity) field.ErrorList {
	var errs field.ErrorList
	for _, violation := range Violations(obj, id) {
		errs = append(errs, violation.Errors...)
	}
	return errs
}

// Violations is Check by rule.
func Violations(obj runtime.Object, id Identity) []Violation {
	kind, object := read(obj)
	var found []Violation
	for _, rule := range rulesOf(kind) {
		if rule.exempts(object, id) {
			continue
		}
		if errs := rule.must.faults(object, id); len(errs) > 0 {
			for _, err := range errs {
				err.Detail = cmp.Or(err.Detail, rule.Message)
			}
			found = append(found, Violation{rule, errs})
		}
	}
	return found
}

func (r Rule) exempts(object map[string]any, id Identity) bool {
	return r.BundleOnly != "" && id.Account == "" || r.Class == Metadata && id.Member ||
		slices.ContainsFunc(r.Class.exemptions(), func(e exemption) bool { return len(e.is.faults(object, id)) == 0 })
}

// everyKind has the rules for every kind.
var everyKind = schema.GroupKind{Kind: "*"}

// byKind is the table by kind. A kind of its own has the rules for every kind, too.
var byKind = sync.OnceValue(func() map[schema.GroupKind][]Rule {
	rules := map[schema.GroupKind][]Rule{}
	for _, rule := range Rules() {
		kinds := rule.Kinds
		if kinds == nil {
			kinds = []schema.GroupKind{everyKind}
		}
		for _, kind := range kinds {
			rules[kind] = append(rules[kind], rule)
		}
	}
	for kind, own := range rules {
		if kind != everyKind {
			rules[kind] = slices.Concat(own, rules[everyKind])
		}
	}
	return rules
})

// rulesOf returns the rules for a kind.
func rulesOf(kind schema.GroupKind) []Rule {
	if rules, ok := byKind()[kind]; ok {
		return rules
	}
	return byKind()[everyKind]
}

// read returns the kind of an object and its content. For a kind that is not in the
// table, the content is only the metadata.
func read(obj runtime.Object) (schema.GroupKind, map[string]any) {
	if u, ok := obj.(*unstructured.Unstructured); ok && u != nil {
		return u.GroupVersionKind().GroupKind(), u.Object
	}
	if kinds, _, err := scheme().ObjectKinds(obj); err == nil && byKind()[kinds[0].GroupKind()] != nil {
		if content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj); err == nil {
			return kinds[0].GroupKind(), content
		}
	}
	object, err := meta.Accessor(obj)
	if err != nil {
		return schema.GroupKind{}, nil
	}
	content := &unstructured.Unstructured{Object: map[string]any{}}
	content.SetLabels(object.GetLabels())
	content.SetAnnotations(object.GetAnnotations())
	return schema.GroupKind{}, content.Object
}

var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(flux.AddToScheme(s)) // it fails only for two types of one kind
	utilruntime.Must(corev1.AddToScheme(s))
	return s
})
