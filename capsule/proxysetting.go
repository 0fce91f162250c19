package capsule

import (
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A ProxySettingOption sets something on a [ProxySetting].
type ProxySettingOption interface {
	ApplyToProxySetting(*proxyv1beta1.ProxySetting) error
}

// ProxySettingFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type ProxySettingFunc func(*proxyv1beta1.ProxySetting) error

// ApplyToProxySetting calls f.
func (f ProxySettingFunc) ApplyToProxySetting(setting *proxyv1beta1.ProxySetting) error {
	if f == nil {
		return nil
	}
	return f(setting)
}

// ProxySetting lets others than the owners read, through Capsule Proxy, what
// belongs to the tenant of its namespace: one [ProxySubject] at least.
//
// See https://projectcapsule.dev/docs/proxy/proxysettings/
func ProxySetting(namespace, name string, opts ...ProxySettingOption) (*proxyv1beta1.ProxySetting, error) {
	setting := &proxyv1beta1.ProxySetting{
		TypeMeta:   proxyTypeMeta("ProxySetting"),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
	}
	return build.WithOptions(setting, opts, ProxySettingOption.ApplyToProxySetting, validateProxySetting)
}

// ProxySubject is a [User], [Group] or [ServiceAccount] and what it may read.
type ProxySubject struct {
	Subject   rbac.UserSpec
	Resources []proxyv1beta1.ClusterResource

	// Settings are kinds that the proxy knows by itself.
	//
	// Deprecated: Use Resources, or [GlobalProxySettings].
	Settings []rbac.ProxySettings
}

// ApplyToProxySetting appends to spec.subjects.
func (p ProxySubject) ApplyToProxySetting(setting *proxyv1beta1.ProxySetting) error {
	subject := proxyv1beta1.OwnerSpec{
		Kind: p.Subject.Kind, Name: p.Subject.Name,
		ClusterResources: p.Resources,
		//lint:ignore SA1019 deprecated here too
		ProxyOperations: p.Settings,
	}
	setting.Spec.Subjects = append(setting.Spec.Subjects, subject.DeepCopy())
	return nil
}

func validateProxySetting(setting *proxyv1beta1.ProxySetting) field.ErrorList {
	subjects := field.NewPath("spec", "subjects")
	errs := validate.NamespacedMeta(setting)
	if len(setting.Spec.Subjects) == 0 {
		errs = append(errs, field.Required(subjects, ""))
	}
	for i, subject := range setting.Spec.Subjects {
		at := subjects.Index(i)
		errs = append(errs, ValidateSubject(at, rbac.UserSpec{Kind: subject.Kind, Name: subject.Name})...)
		errs = append(errs, validateClusterResources(at.Child("clusterResources"), subject.ClusterResources)...)
		//lint:ignore SA1019 still checked
		for j, settings := range subject.ProxyOperations {
			errs = append(errs, ValidateProxySettings(at.Child("proxySettings").Index(j), settings)...)
		}
	}
	return errs
}
