package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	capsulequota "github.com/projectcapsule/capsule/pkg/runtime/quota"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// CustomQuota limits objects of any kind in its namespace: how many there are,
// or what their fields add up to. It counts what spec.sources names, at least one;
// [Count], [Sum], [SumExpression] and [Subtract] make them.
//
// See https://projectcapsule.dev/docs/resource-management/customquotas/
func CustomQuota(metadata metav1.ObjectMeta, spec capsulev1beta2.CustomQuotaSpec, allow ...Allowance) (*capsulev1beta2.CustomQuota, error) {
	quota := &capsulev1beta2.CustomQuota{TypeMeta: typeMeta("CustomQuota"), ObjectMeta: metadata, Spec: spec}
	return finish(quota, allow)
}

// GlobalCustomQuota is a [CustomQuota] that the namespaces of
// spec.namespaceSelectors use up together; [TenantNamespaces] and
// [EveryNamespace] make a selector. Without one it counts the whole cluster, which
// [AllowClusterWide] allows.
//
// See https://projectcapsule.dev/docs/resource-management/customquotas/#globalcustomquota
func GlobalCustomQuota(metadata metav1.ObjectMeta, spec capsulev1beta2.GlobalCustomQuotaSpec, allow ...Allowance) (*capsulev1beta2.GlobalCustomQuota, error) {
	quota := &capsulev1beta2.GlobalCustomQuota{TypeMeta: typeMeta("GlobalCustomQuota"), ObjectMeta: metadata, Spec: spec}
	return finish(quota, allow)
}

// Count makes a source that counts the objects of a kind.
func Count(apiVersion, kind string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpCount})
}

// Sum makes a source that adds the quantities that a JSON path, such as
// .spec.resources.requests.storage, finds in the objects of a kind.
func Sum(apiVersion, kind, path string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpAdd, Path: path})
}

// SumExpression makes a source that adds the quantities that a CEL expression
// gives for each object of a kind, which it knows as object. Its type is a
// quantity or a list of them: quantity(object.spec.size).
func SumExpression(apiVersion, kind, expression string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpAdd, CEL: expression})
}

// Subtract makes a source that subtracts the quantities that a JSON path finds
// in the objects of a kind.
func Subtract(apiVersion, kind, path string) capsulev1beta2.CustomQuotaSpecSource {
	return source(apiVersion, kind, capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpSub, Path: path})
}

func source(apiVersion, kind string, config capsulev1beta2.CustomQuotaSpecSourceConfig) capsulev1beta2.CustomQuotaSpecSource {
	return capsulev1beta2.CustomQuotaSpecSource{
		VersionKind:                 capsuleruntime.VersionKind{APIVersion: apiVersion, Kind: kind},
		CustomQuotaSpecSourceConfig: config,
	}
}
