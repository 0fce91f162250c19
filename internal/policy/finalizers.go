package policy

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// fluxFinalizer keeps an object until its controller has let go of it.
const fluxFinalizer = "finalizers.fluxcd.io"

// finalizers lets only the platform remove the finalizer of Flux's objects. An object
// without it is gone, and its quota free again, while a worker is still busy with it: a
// tenant could occupy every worker of a controller.
func finalizers(spec Spec) Policy {
	p := newPolicy("fluxcapsule-flux-finalizers", onFlux([]admissionv1.OperationType{admissionv1.Update}, "*")...)
	p.exempt(spec)
	p.refuse(fmt.Sprintf("!(%s) || %s", keeps("oldObject"), keeps("object")),
		"metadata.finalizers: "+fluxFinalizer+" stays until Flux's controller removes it: delete the object and wait")
	return p.bind(names.TenantLabel, names.MemberLabel)
}

// keeps is true of an object with Flux's finalizer.
func keeps(object string) string {
	return fmt.Sprintf("'%s' in %s.metadata.?finalizers.orValue([])", fluxFinalizer, object)
}
