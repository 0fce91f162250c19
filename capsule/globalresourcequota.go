package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
)

// GlobalResourceQuota is a ResourceQuota, spec.quota, that the namespaces of
// spec.namespaceSelectors use up together. [TenantNamespaces] and
// [EveryNamespace] make a selector. For the namespaces of one tenant a [Quota]
// among its rules does the same.
//
// See https://projectcapsule.dev/docs/resource-management/globalresourcequotas/
func GlobalResourceQuota(metadata metav1.ObjectMeta, spec capsulev1beta2.GlobalResourceQuotaSpec, allow ...Allowance) (*capsulev1beta2.GlobalResourceQuota, error) {
	object := &capsulev1beta2.GlobalResourceQuota{TypeMeta: typeMeta("GlobalResourceQuota"), ObjectMeta: metadata, Spec: spec}
	return finish(object, allow)
}

func validateGlobalResourceQuota(spec *field.Path, object *capsulev1beta2.GlobalResourceQuotaSpec) field.ErrorList {
	var errs field.ErrorList
	if len(object.NamespaceSelectors) == 0 {
		errs = append(errs, field.Required(spec.Child("namespaceSelectors"), "a quota without a selector counts no namespace"))
	}
	errs = append(errs, validateNamespaceSelectors(spec.Child("namespaceSelectors"), object.NamespaceSelectors)...)
	return append(errs, quota.Validate(spec.Child("quota"), object.Quota)...)
}
