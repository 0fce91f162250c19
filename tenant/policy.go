package tenant

import (
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A Policy is an admission policy of the platform's and where it applies. The
// API server enforces it by itself (Kubernetes 1.30 and later), with no webhook
// to keep alive.
type Policy struct {
	Policy   *admissionv1.ValidatingAdmissionPolicy
	Bindings []*admissionv1.ValidatingAdmissionPolicyBinding
}

// Objects returns the policy and its bindings, in the order to apply them.
func (p Policy) Objects() []client.Object {
	objs := []client.Object{p.Policy}
	for _, binding := range p.Bindings {
		objs = append(objs, binding)
	}
	return objs
}

// AdmissionPolicies returns the policies that a platform should apply once,
// for all tenants: [ReferencePolicy] and [IdentityPolicy].
func AdmissionPolicies() []Policy {
	return []Policy{ReferencePolicy(), IdentityPolicy()}
}

// ReferencePolicy keeps the Flux objects of tenants from referring to another
// namespace. Of Flux's own flags --no-cross-namespace-refs does the same for all
// references but dependsOn, which no flag covers: with a readyExpr it reads other
// tenants' objects.
func ReferencePolicy() Policy {
	return policy("fluxcapsule-tenant-references",
		[]admissionv1.NamedRuleWithOperations{
			writes(kustomizev1.GroupVersion.Group, "kustomizations"),
			writes(helmv2.GroupVersion.Group, "helmreleases"),
			writes(sourcev1.GroupVersion.Group, "externalartifacts"),
			writes(automationv1.GroupVersion.Group, "imagepolicies", "imageupdateautomations"),
			writes(notificationv1.GroupVersion.Group, "alerts", "receivers"),
		},
		sameNamespace("spec.sourceRef.namespace"),
		sameNamespace("spec.chart.spec.sourceRef.namespace"),
		sameNamespace("spec.chartRef.namespace"),
		sameNamespace("spec.imageRepositoryRef.namespace"),
		sameNamespaces("spec.dependsOn"),
		sameNamespaces("spec.eventSources"),
		sameNamespaces("spec.resources"),
	)
}

// IdentityPolicy makes tenants name the account in whose name Flux acts for
// them. Where a tenant names none, a controller uses its own, unless one of the
// flags --default-service-account, --default-kubeconfig-service-account and
// --default-decryption-service-account is set on it: kustomize-controller's own
// is cluster-admin, and with a kubeConfig its token is sent to whatever address
// the tenant gave.
func IdentityPolicy() Policy {
	return policy("fluxcapsule-tenant-identities",
		[]admissionv1.NamedRuleWithOperations{
			writes(kustomizev1.GroupVersion.Group, "kustomizations"),
			writes(helmv2.GroupVersion.Group, "helmreleases"),
			writes(sourcev1.GroupVersion.Group, "gitrepositories", "ocirepositories", "buckets"),
			writes(automationv1.GroupVersion.Group, "imagerepositories"),
			writes("", "configmaps"),
		},
		admissionv1.Validation{
			Expression: `!(request.kind.kind in ['Kustomization', 'HelmRelease']) || object.spec.?serviceAccountName.orValue('') != ''`,
			Message:    "spec.serviceAccountName: name the account to act as, such as " + DefaultServiceAccount,
		},
		admissionv1.Validation{
			Expression: `!has(object.spec) || !has(object.spec.decryption) || has(object.spec.decryption.secretRef) || object.spec.decryption.?serviceAccountName.orValue('') != ''`,
			Message:    "spec.decryption: name the Secret with the keys (secretRef), or the account that may use them (serviceAccountName)",
		},
		admissionv1.Validation{
			Expression: `!has(object.spec) || object.spec.?provider.orValue('generic') in ['generic', 'github'] || object.spec.?serviceAccountName.orValue('') != ''`,
			Message:    "spec.serviceAccountName: with a cloud provider name the account that authenticates to it",
		},
		admissionv1.Validation{
			Expression: `request.kind.kind != 'ConfigMap' || !(object.?data.?provider.orValue('') in ['generic', 'aws', 'azure', 'gcp']) || !('address' in object.data || 'cluster' in object.data) || object.data.?serviceAccountName.orValue('') != ''`,
			Message:    "data.serviceAccountName: name the account whose token Flux is to use, such as " + DefaultServiceAccount,
		},
	)
}

func policy(name string, rules []admissionv1.NamedRuleWithOperations, validations ...admissionv1.Validation) Policy {
	return Policy{
		Policy: &admissionv1.ValidatingAdmissionPolicy{
			TypeMeta:   metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicy"},
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: admissionv1.ValidatingAdmissionPolicySpec{
				FailurePolicy:    new(admissionv1.Fail),
				MatchConstraints: &admissionv1.MatchResources{ResourceRules: rules},
				MatchConditions: []admissionv1.MatchCondition{{
					// Else the finalizer of an object older than the policy could not be removed.
					Name:       "not-being-deleted",
					Expression: "!has(object.metadata.deletionTimestamp)",
				}},
				Validations: validations,
			},
		},
		// A selector can only ask for both labels; a namespace has one or the other.
		Bindings: []*admissionv1.ValidatingAdmissionPolicyBinding{
			binding(name, "home", Label),
			binding(name, "member", "capsule.clastix.io/tenant"),
		},
	}
}

// binding applies a policy to every namespace that has the label.
func binding(policy, suffix, label string) *admissionv1.ValidatingAdmissionPolicyBinding {
	return &admissionv1.ValidatingAdmissionPolicyBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicyBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: policy + "-" + suffix},
		Spec: admissionv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName:        policy,
			ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny},
			MatchResources: &admissionv1.MatchResources{
				NamespaceSelector: &metav1.LabelSelector{
					MatchExpressions: []metav1.LabelSelectorRequirement{{Key: label, Operator: metav1.LabelSelectorOpExists}},
				},
			},
		},
	}
}

// writes matches what creates or changes the resources, in any version.
func writes(group string, resources ...string) admissionv1.NamedRuleWithOperations {
	return admissionv1.NamedRuleWithOperations{RuleWithOperations: admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
		Rule:       admissionv1.Rule{APIGroups: []string{group}, APIVersions: []string{"*"}, Resources: slices.Clone(resources)},
	}}
}

// sameNamespace is the rule that a field, if it is there at all, holds the
// object's own namespace.
func sameNamespace(path string) admissionv1.Validation {
	return admissionv1.Validation{
		Expression: "object." + strings.ReplaceAll(path, ".", ".?") + ".orValue('') in ['', request.namespace]",
		Message:    path + ": " + stayAtHome,
	}
}

// sameNamespaces is that rule for the namespace of every item of a list.
func sameNamespaces(path string) admissionv1.Validation {
	return admissionv1.Validation{
		Expression: "object." + strings.ReplaceAll(path, ".", ".?") + ".orValue([]).all(ref, ref.?namespace.orValue('') in ['', request.namespace])",
		Message:    path + ": " + stayAtHome,
	}
}

const stayAtHome = "refer to objects of your own namespace only: leave the namespace out"
