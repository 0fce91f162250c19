package capsule

import (
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A GlobalProxySettingsOption sets something on [GlobalProxySettings].
type GlobalProxySettingsOption interface {
	ApplyToGlobalProxySettings(*proxyv1beta1.GlobalProxySettings) error
}

// GlobalProxySettingsFunc is an option of one's own, for whatever has none here.
// What it sets is validated like the rest.
type GlobalProxySettingsFunc func(*proxyv1beta1.GlobalProxySettings) error

// ApplyToGlobalProxySettings calls f.
func (f GlobalProxySettingsFunc) ApplyToGlobalProxySettings(settings *proxyv1beta1.GlobalProxySettings) error {
	if f == nil {
		return nil
	}
	return f(settings)
}

// GlobalProxySettings lets Capsule users read cluster-scoped objects through
// Capsule Proxy, as each [ProxyRule] says. There is at least one.
//
// See https://projectcapsule.dev/docs/proxy/proxysettings/
func GlobalProxySettings(name string, opts ...GlobalProxySettingsOption) (*proxyv1beta1.GlobalProxySettings, error) {
	settings := &proxyv1beta1.GlobalProxySettings{
		TypeMeta:   proxyTypeMeta("GlobalProxySettings"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}
	return build.WithOptions(settings, opts, GlobalProxySettingsOption.ApplyToGlobalProxySettings, validateGlobalProxySettings)
}

// ProxyRule lets the subjects, each a [User], [Group] or [ServiceAccount], read
// the resources.
type ProxyRule struct {
	Subjects  []rbac.UserSpec
	Resources []proxyv1beta1.ClusterResource
}

// ApplyToGlobalProxySettings appends to spec.rules.
func (p ProxyRule) ApplyToGlobalProxySettings(settings *proxyv1beta1.GlobalProxySettings) error {
	rule := proxyv1beta1.GlobalSubjectSpec{ClusterResources: p.Resources}
	for _, subject := range p.Subjects {
		rule.Subjects = append(rule.Subjects, proxyv1beta1.GlobalSubject(subject))
	}
	settings.Spec.Rules = append(settings.Spec.Rules, rule.DeepCopy())
	return nil
}

func proxyTypeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: proxyv1beta1.GroupVersion.String(), Kind: kind}
}

func validateGlobalProxySettings(settings *proxyv1beta1.GlobalProxySettings) field.ErrorList {
	rules := field.NewPath("spec", "rules")
	errs := validate.ClusterMeta(settings)
	if len(settings.Spec.Rules) == 0 {
		errs = append(errs, field.Required(rules, ""))
	}
	for i, rule := range settings.Spec.Rules {
		subjects := rules.Index(i).Child("subjects")
		if len(rule.Subjects) == 0 {
			errs = append(errs, field.Required(subjects, ""))
		}
		for j, subject := range rule.Subjects {
			errs = append(errs, ValidateSubject(subjects.Index(j), rbac.UserSpec(subject))...)
		}
		errs = append(errs, validateClusterResources(rules.Index(i).Child("clusterResources"), rule.ClusterResources)...)
	}
	return errs
}

func validateClusterResources(path *field.Path, resources []proxyv1beta1.ClusterResource) field.ErrorList {
	var errs field.ErrorList
	for i, resource := range resources {
		at := path.Index(i)
		errs = append(errs, validateOneOrWildcard(at.Child("apiGroups"), resource.APIGroups)...)
		errs = append(errs, validateOneOrWildcard(at.Child("resources"), resource.Resources)...)
		for j, name := range resource.Resources {
			errs = append(errs, validate.Required(at.Child("resources").Index(j), name)...)
		}
		for j, operation := range resource.Operations {
			errs = append(errs, validate.RequiredEnum(at.Child("operations").Index(j), operation,
				proxyv1beta1.ClusterResourceOperationList, proxyv1beta1.ClusterResourceOperationGet)...)
		}
		if empty(resource.Selector) {
			errs = append(errs, field.Required(at.Child("selector"), "the proxy lets an empty selector match nothing"))
			continue
		}
		errs = append(errs, validateSelector(at.Child("selector"), resource.Selector)...)
	}
	return errs
}

func validateOneOrWildcard(path *field.Path, values []string) field.ErrorList {
	if len(values) == 0 {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	for i, value := range values {
		if value == "*" && len(values) > 1 {
			errs = append(errs, field.Invalid(path.Index(i), value, "must stand alone"))
		}
	}
	return errs
}
