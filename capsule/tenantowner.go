package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// TenantOwner makes its subject, a [User], [Group] or [ServiceAccount], an owner
// of the tenants whose spec.permissions.matchOwners selects its labels.
//
// It also makes the subject a Capsule user; set spec.aggregate to false only for
// one that the CapsuleConfiguration names already, since Capsule's webhooks ignore
// the requests of others. The owner holds spec.clusterRoles in every namespace of
// the tenants; the default is admin and capsule-namespace-deleter.
//
// See https://projectcapsule.dev/docs/tenants/permissions/
func TenantOwner(metadata metav1.ObjectMeta, spec capsulev1beta2.TenantOwnerSpec, allow ...Allowance) (*capsulev1beta2.TenantOwner, error) {
	owner := &capsulev1beta2.TenantOwner{TypeMeta: typeMeta("TenantOwner"), ObjectMeta: metadata, Spec: spec}
	return finish(owner, allow)
}

func validateTenantOwner(spec *field.Path, owner *capsulev1beta2.TenantOwnerSpec, allow allowances) field.ErrorList {
	errs := validateSubject(spec, owner.UserSpec, allow)
	return append(errs, validateClusterRoles(spec.Child("clusterRoles"), owner.ClusterRoles, allow)...)
}
