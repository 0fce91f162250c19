package fleet

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// clusterScoped lists the objects of a bundle that are in no namespace, by kind and
// name.
func clusterScoped(bundle *tenant.Bundle) []string {
	var found []string
	for _, obj := range bundle.Objects() {
		if obj.GetNamespace() == "" {
			found = append(found, obj.GetObjectKind().GroupVersionKind().GroupKind().String()+" "+obj.GetName())
		}
	}
	return found
}

// addObjects takes in the objects of the tenant that was added last, and returns those
// that another tenant has too: one would overwrite the other.
func (c *census) addObjects(objects []string) field.ErrorList {
	var errs field.ErrorList
	for _, object := range objects {
		if other, ok := claim(c.byObject, object, int32(len(c.tenants)-1)); !ok {
			fault := field.Duplicate(field.NewPath("objects"), object)
			fault.Detail = "an object of " + c.tenants[other].String()
			errs = append(errs, fault)
		}
	}
	return errs
}
