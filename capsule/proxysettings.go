package capsule

import (
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// GlobalProxySettings lets Capsule users read cluster-scoped objects through Capsule
// Proxy, by spec.rules, at least one. A subject is converted from one of this
// package: proxyv1beta1.GlobalSubject(capsule.Group("devs")).
//
// See https://projectcapsule.dev/docs/proxy/proxysettings/
func GlobalProxySettings(metadata metav1.ObjectMeta, spec proxyv1beta1.GlobalProxySettingsSpec, allow ...Allowance) (*proxyv1beta1.GlobalProxySettings, error) {
	settings := &proxyv1beta1.GlobalProxySettings{TypeMeta: proxyTypeMeta("GlobalProxySettings"), ObjectMeta: metadata, Spec: spec}
	return finish(settings, allow)
}

// ProxySetting lets subjects other than the owners read the objects of its
// namespace's tenant through Capsule Proxy. It has at least one of spec.subjects.
//
// See https://projectcapsule.dev/docs/proxy/proxysettings/
func ProxySetting(metadata metav1.ObjectMeta, spec proxyv1beta1.ProxySettingSpec, allow ...Allowance) (*proxyv1beta1.ProxySetting, error) {
	setting := &proxyv1beta1.ProxySetting{TypeMeta: proxyTypeMeta("ProxySetting"), ObjectMeta: metadata, Spec: spec}
	return finish(setting, allow)
}

func proxyTypeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: proxyv1beta1.GroupVersion.String(), Kind: kind}
}

func validateGlobalProxySettings(spec *field.Path, settings *proxyv1beta1.GlobalProxySettingsSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	rules := spec.Child("rules")
	if len(settings.Rules) == 0 {
		errs = append(errs, field.Required(rules, ""))
	}
	for i, rule := range settings.Rules {
		subjects := rules.Index(i).Child("subjects")
		if len(rule.Subjects) == 0 {
			errs = append(errs, field.Required(subjects, ""))
		}
		for j, subject := range rule.Subjects {
			errs = append(errs, validateSubject(subjects.Index(j), rbac.UserSpec(subject), allow)...)
		}
		errs = append(errs, validateClusterResources(rules.Index(i).Child("clusterResources"), rule.ClusterResources)...)
	}
	return errs
}

func validateProxySetting(spec *field.Path, setting *proxyv1beta1.ProxySettingSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	subjects := spec.Child("subjects")
	if len(setting.Subjects) == 0 {
		errs = append(errs, field.Required(subjects, ""))
	}
	for i, subject := range setting.Subjects {
		at := subjects.Index(i)
		errs = append(errs, validateSubject(at, rbac.UserSpec{Kind: subject.Kind, Name: subject.Name}, allow)...)
		errs = append(errs, validateClusterResources(at.Child("clusterResources"), subject.ClusterResources)...)
		for j, settings := range subject.ProxyOperations { //nolint:staticcheck // deprecated in Capsule Proxy, still checked
			errs = append(errs, validateProxySettings(at.Child("proxySettings").Index(j), settings)...)
		}
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

// validateProxySettings checks the proxy settings of an owner, which a Tenant and a
// ProxySetting share.
func validateProxySettings(path *field.Path, settings rbac.ProxySettings) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), settings.Kind, rbac.NodesProxy, rbac.StorageClassesProxy,
		rbac.IngressClassesProxy, rbac.PriorityClassesProxy, rbac.RuntimeClassesProxy, rbac.PersistentVolumesProxy)
	if len(settings.Operations) == 0 {
		errs = append(errs, field.Required(path.Child("operations"), ""))
	}
	for i, operation := range settings.Operations {
		errs = append(errs, validate.RequiredEnum(path.Child("operations").Index(i), operation,
			rbac.ListOperation, rbac.UpdateOperation, rbac.DeleteOperation)...)
	}
	return errs
}
