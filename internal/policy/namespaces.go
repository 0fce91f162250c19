package policy

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// homes keeps a namespace that Capsule gave to a tenant from becoming the home of
// another: whoever owns it would act as the other's reconciler.
func homes() []client.Object {
	p := newPolicy("fluxcapsule-home-not-capsules", writes("", "namespaces"))
	p.condition("is-a-home", fmt.Sprintf("'%s' in object.metadata.?labels.orValue({})", homeLabel))
	p.refuse(fmt.Sprintf("!('%s' in object.metadata.labels) && !object.metadata.?ownerReferences.orValue([])"+
		".exists(owner, owner.kind == 'Tenant' && owner.apiVersion.startsWith('capsule.clastix.io/'))", memberLabel),
		"the namespace belongs to a tenant of Capsule's and cannot be a home namespace")
	p.Spec.Validations[0].MessageExpression = fmt.Sprintf(
		`'namespace ' + object.metadata.name + ' belongs to Capsule\'s tenant ' + object.metadata.labels[?'%s'].orValue('?') + ' and cannot be a home namespace'`, memberLabel)
	return p.bind()
}

// bundles keeps the objects of a tenant's bundle out of such a namespace.
func bundles() []client.Object {
	p := newPolicy("fluxcapsule-bundle-not-in-capsules", writes("*", "*"))
	p.Spec.MatchConstraints.ResourceRules[0].Scope = new(admissionv1.NamespacedScope)
	p.Spec.MatchConstraints.ObjectSelector = has(tenancy.Mark)
	p.Spec.MatchConstraints.NamespaceSelector = has(memberLabel)
	// The selector matches the object before the change, too.
	p.condition("still-marked", fmt.Sprintf("'%s' in object.metadata.?labels.orValue({})", tenancy.Mark))
	p.refuse("false", "the namespace belongs to a tenant of Capsule's: objects of a bundle ("+tenancy.Mark+") have no place there")
	p.Spec.Validations[0].MessageExpression = fmt.Sprintf(
		`'namespace ' + request.namespace + ' belongs to Capsule\'s tenant ' + namespaceObject.metadata.?labels[?'%s'].orValue('?') + ': objects of a bundle (%s) have no place there'`,
		memberLabel, tenancy.Mark)
	return p.bind()
}
