package policy

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// homes keeps a namespace that Capsule gave to a tenant from becoming the home of
// another: its owner would act as the other's reconciler.
func homes() Policy {
	p := newPolicy("fluxcapsule-home-not-capsules", writes("", "namespaces"))
	p.condition("is-a-home", fmt.Sprintf("'%s' in object.metadata.?labels.orValue({})", names.TenantLabel))
	p.refuse(fmt.Sprintf("!('%s' in object.metadata.labels) && !object.metadata.?ownerReferences.orValue([])"+
		".exists(owner, owner.kind == 'Tenant' && owner.apiVersion.startsWith('capsule.clastix.io/'))", names.MemberLabel),
		"the namespace belongs to a tenant of Capsule's and cannot be a home namespace")
	p.Spec.Validations[0].MessageExpression = fmt.Sprintf(
		`'namespace ' + object.metadata.name + ' belongs to Capsule\'s tenant ' + object.metadata.labels[?'%s'].orValue('?') + ' and cannot be a home namespace'`, names.MemberLabel)
	return p.bind()
}

// bundles keeps the objects of a tenant's bundle out of such a namespace.
func bundles() Policy {
	p := newPolicy("fluxcapsule-bundle-not-in-capsules", writes("*", "*"))
	p.Spec.MatchConstraints.ResourceRules[0].Scope = new(admissionv1.NamespacedScope)
	p.Spec.MatchConstraints.ObjectSelector = has(names.TenantLabel)
	p.Spec.MatchConstraints.NamespaceSelector = has(names.MemberLabel)
	// The selector matches the object before the change, too.
	p.condition("still-marked", fmt.Sprintf("'%s' in object.metadata.?labels.orValue({})", names.TenantLabel))
	p.refuse("false", "the namespace belongs to a tenant of Capsule's: objects of a bundle ("+names.TenantLabel+") have no place there")
	p.Spec.Validations[0].MessageExpression = fmt.Sprintf(
		`'namespace ' + request.namespace + ' belongs to Capsule\'s tenant ' + namespaceObject.metadata.?labels[?'%s'].orValue('?') + ': objects of a bundle (%s) have no place there'`,
		names.MemberLabel, names.TenantLabel)
	return p.bind()
}
