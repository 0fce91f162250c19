package capsule

import (
	"errors"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// ForbidOwnerPromotion returns the tenant with spec.permissions.allowOwnerPromotion
// set to false: its owners then cannot promote a ServiceAccount in its namespaces to
// an owner, even where [AllowServiceAccountPromotion] would let them.
//
// The result is unstructured, since Capsule's Go type cannot say false: it leaves the
// field out, and the CRD's default is true. For the same reason the object carries
// the label kubernetes.io/metadata.name. Capsule's webhook sets it on a Tenant that
// lacks it, by a round trip through the Go type, which would lose the field. A
// program that reads the object into the Go type and writes it back loses it, too.
func ForbidOwnerPromotion(tenant *capsulev1beta2.Tenant) (*unstructured.Unstructured, error) {
	if tenant == nil {
		return nil, errors.New("ForbidOwnerPromotion was given no Tenant")
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(tenant)
	if err != nil {
		return nil, err
	}
	delete(content, "status")
	object := &unstructured.Unstructured{Object: content}
	object.SetLabels(build.Merge(object.GetLabels(), map[string]string{nameLabel: tenant.Name}))
	return object, unstructured.SetNestedField(content, false, "spec", "permissions", "allowOwnerPromotion")
}
