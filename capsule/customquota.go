package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	capsulequota "github.com/projectcapsule/capsule/pkg/runtime/quota"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A CustomQuotaOption sets something on a [CustomQuota].
type CustomQuotaOption interface {
	ApplyToCustomQuota(*capsulev1beta2.CustomQuota) error
}

// CustomQuotaFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type CustomQuotaFunc func(*capsulev1beta2.CustomQuota) error

// ApplyToCustomQuota calls f.
func (f CustomQuotaFunc) ApplyToCustomQuota(quota *capsulev1beta2.CustomQuota) error {
	if f == nil {
		return nil
	}
	return f(quota)
}

// CustomQuota limits objects of any kind in its namespace: how many there are,
// or what their fields add up to. What counts is said by [Sources], at least
// one.
//
// See https://projectcapsule.dev/docs/resource-management/customquotas/
func CustomQuota(namespace, name string, limit resource.Quantity, opts ...CustomQuotaOption) (*capsulev1beta2.CustomQuota, error) {
	quota := &capsulev1beta2.CustomQuota{
		TypeMeta:   typeMeta("CustomQuota"),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       capsulev1beta2.CustomQuotaSpec{Limit: limit.DeepCopy()},
	}
	return build.WithOptions(quota, opts, CustomQuotaOption.ApplyToCustomQuota, validateCustomQuota)
}

// Sources adds what a quota counts. [Count], [Sum], [SumExpression] and
// [Subtract] make one.
type Sources []capsulev1beta2.CustomQuotaSpecSource

// ApplyToCustomQuota appends to spec.sources.
func (s Sources) ApplyToCustomQuota(quota *capsulev1beta2.CustomQuota) error {
	s.addTo(&quota.Spec)
	return nil
}

// ApplyToGlobalCustomQuota appends to spec.sources.
func (s Sources) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	s.addTo(&quota.Spec.CustomQuotaSpec)
	return nil
}

func (s Sources) addTo(quota *capsulev1beta2.CustomQuotaSpec) {
	for i := range s {
		quota.Sources = append(quota.Sources, *s[i].DeepCopy())
	}
}

// Count counts the objects of a kind.
func Count(apiVersion, kind string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpCount})
}

// Sum adds the quantities that a JSON path, such as
// .spec.resources.requests.storage, finds in the objects of a kind.
func Sum(apiVersion, kind, path string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpAdd, Path: path})
}

// SumExpression adds the quantities that a CEL expression gives for each object
// of a kind, which it knows as object. Its type is a quantity or a list of them:
// quantity(object.spec.size).
func SumExpression(apiVersion, kind, expression string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpAdd, CEL: expression})
}

// Subtract takes off the quantities that a JSON path finds in the objects of a
// kind.
func Subtract(apiVersion, kind, path string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpSub, Path: path})
}

func source(apiVersion, kind string, config capsulev1beta2.CustomQuotaSpecSourceConfig) capsulev1beta2.CustomQuotaSpecSource {
	return capsulev1beta2.CustomQuotaSpecSource{
		VersionKind:                 capsuleruntime.VersionKind{APIVersion: apiVersion, Kind: kind},
		CustomQuotaSpecSourceConfig: config,
	}
}

// ScopeSelectors limits what a quota counts to objects with certain labels. One
// match is enough.
type ScopeSelectors []metav1.LabelSelector

// ApplyToCustomQuota appends to spec.scopeSelectors.
func (s ScopeSelectors) ApplyToCustomQuota(quota *capsulev1beta2.CustomQuota) error {
	s.addTo(&quota.Spec)
	return nil
}

// ApplyToGlobalCustomQuota appends to spec.scopeSelectors.
func (s ScopeSelectors) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	s.addTo(&quota.Spec.CustomQuotaSpec)
	return nil
}

func (s ScopeSelectors) addTo(quota *capsulev1beta2.CustomQuotaSpec) {
	for i := range s {
		quota.ScopeSelectors = append(quota.ScopeSelectors, *s[i].DeepCopy())
	}
}

// MetricPerClaim makes Capsule export a metric for each object that a quota
// counts. They can be many.
type MetricPerClaim bool

// ApplyToCustomQuota sets spec.options.emitMetricPerClaimUsage.
func (m MetricPerClaim) ApplyToCustomQuota(quota *capsulev1beta2.CustomQuota) error {
	quota.Spec.Options = &capsulev1beta2.CustomQuotaOptionsSpec{EmitPerClaimMetrics: bool(m)}
	return nil
}

// ApplyToGlobalCustomQuota sets spec.options.emitMetricPerClaimUsage.
func (m MetricPerClaim) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	quota.Spec.Options = &capsulev1beta2.CustomQuotaOptionsSpec{EmitPerClaimMetrics: bool(m)}
	return nil
}
