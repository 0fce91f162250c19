package policy

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// platformObjects protects the platform's objects in a home namespace: a tenant may
// not change them, mark an object as the platform's, or exclude an object from the
// platform's Flux.
func platformObjects(spec Spec) Policy {
	p := newPolicy("fluxcapsule-platform-objects",
		on([]admissionv1.OperationType{admissionv1.Create, admissionv1.Update, admissionv1.Delete}, "*", "*"))
	p.condition("not-noise", "!(request.resource.resource in ['events', 'leases'])")
	p.exempt(spec)
	p.condition("not-capsule-on-its-own", "!("+keepsItsOwn+")")
	for _, v := range []struct{ name, object, field, empty string }{
		{"oldLabels", "oldObject", "labels", "{}"},
		{"newLabels", "object", "labels", "{}"},
		{"oldAnnotations", "oldObject", "annotations", "{}"},
		{"newAnnotations", "object", "annotations", "{}"},
	} {
		p.variable(v.name, fmt.Sprintf("%s == null ? {} : %s.metadata.?%s.orValue({})", v.object, v.object, v.field))
	}
	for _, v := range []struct{ name, object string }{{"oldOwned", "oldObject"}, {"newOwned", "object"}} {
		p.variable(v.name, fmt.Sprintf("%s == null ? [] : %s.metadata.?managedFields.orValue([]).filter(entry, !(%s))", v.object, v.object, ownsRequests))
	}
	p.variable("marked", fmt.Sprintf("'%s' in variables.oldLabels || '%s' in variables.newLabels", names.TenantLabel, names.TenantLabel))
	p.variable("onlyAsks", onlyAsks)

	p.refuse("!variables.marked || variables.onlyAsks", "objects with the label "+names.TenantLabel+" are the platform's")
	p.Spec.Validations[0].MessageExpression = "'objects with the label " + names.TenantLabel + ` are the platform\'s: ' + ` +
		"request.userInfo.username + ' may not ' + request.operation.lowerAscii() + ' ' + request.resource.resource + ' ' + request.name"
	for _, v := range tenancy.Metadata.Validations(spec.limits()) {
		p.refuse("object == null || "+v.Expression, v.Message)
	}
	return p.bind(names.TenantLabel)
}

// keepsItsOwn is true where Capsule changes the metadata of an object of its
// cluster-scoped kinds: its finalizer keeps a Tenant until the tenant's namespaces are
// gone, and a GlobalTenantResource until what it replicated is. In a home namespace
// Capsule is not the platform: there it acts for tenants.
const keepsItsOwn = `request.operation == 'UPDATE' && request.resource.group == 'capsule.clastix.io' && request.?namespace.orValue('') == ''
&& 'system:serviceaccounts:capsule-system' in request.userInfo.?groups.orValue([])
&& object.spec == oldObject.spec
&& object.metadata.?labels[?'toolkit.fluxcd.io/tenant'] == oldObject.metadata.?labels[?'toolkit.fluxcd.io/tenant']`

// onlyAsks is true of a change that does nothing but ask for a reconciliation, as
// "flux reconcile" does: it touches the annotations of reconcile.fluxcd.io alone, and
// who owns which field stays the same.
const onlyAsks = `request.operation == 'UPDATE' && request.resource.group.endsWith('.toolkit.fluxcd.io')
&& object.?spec == oldObject.?spec
&& variables.newLabels == variables.oldLabels
&& object.metadata.?finalizers == oldObject.metadata.?finalizers
&& object.metadata.?ownerReferences == oldObject.metadata.?ownerReferences
&& variables.newAnnotations.all(key, key.startsWith('reconcile.fluxcd.io/') || variables.oldAnnotations[?key] == variables.newAnnotations[?key])
&& variables.oldAnnotations.all(key, key.startsWith('reconcile.fluxcd.io/') || key in variables.newAnnotations)
&& variables.newOwned.all(entry, variables.oldOwned.exists(old, ` + ownsTheSame + `))
&& variables.oldOwned.all(old, variables.newOwned.exists(entry, ` + ownsTheSame + `))`

// ownsTheSame is true of entries of managedFields, old and entry, with the same owner
// and fields.
const ownsTheSame = `old.manager == entry.manager && old.operation == entry.operation && old.?fieldsV1 == entry.?fieldsV1`

// ownsRequests is true of an entry of managedFields that owns nothing but such
// annotations. A field with a second owner stays when the platform no longer applies
// it.
const ownsRequests = `entry.?fieldsV1.orValue({}).all(part, part == 'f:metadata' && entry.fieldsV1[part].all(field, field == 'f:annotations' && entry.fieldsV1[part][field].all(key, key == '.' || key.startsWith('f:reconcile.fluxcd.io/'))))`

func (p validating) variable(name, expression string) {
	p.Spec.Variables = append(p.Spec.Variables, admissionv1.Variable{Name: name, Expression: expression})
}

// statuses lets only controllers write the status of Flux's objects. With a source's
// status a tenant could make Flux apply any artifact, also in its namespaces, where
// Capsule makes it admin.
func statuses(spec Spec) Policy {
	p := newPolicy("fluxcapsule-flux-status", onFlux(writing, "*/status")...)
	p.refuse(spec.platform(), "status: only Flux's controllers write it")
	return p.bind(names.TenantLabel, names.MemberLabel)
}
