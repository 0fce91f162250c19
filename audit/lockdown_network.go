package audit

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// checkNetwork reports the controllers of Flux that any pod reaches: those that no
// NetworkPolicy selects, and a notification-controller whose policy opens more
// than the Receivers' port.
func checkNetwork(m *model.Model, r *findings) {
	if len(m.Tenancy.Tenants) == 0 {
		return
	}
	for _, c := range m.Flux.Controllers {
		if c.Object.GroupKind == model.FluxInstanceKind || c.Name != fluxcmd.Source && c.Name != fluxcmd.Notification {
			continue // the Flux Operator makes network policies
		}
		guarded := false
		for o, policy := range model.All[*networkingv1.NetworkPolicy](m.Set) {
			if o.Ref.Namespace != c.Object.Ref.Namespace || !selects(policy.Spec.PodSelector, c) || !guardsIngress(policy.Spec) {
				continue
			}
			guarded = true
			if i := openIngress(policy.Spec.Ingress); i >= 0 {
				r.addf(o, model.Index("spec.ingress", i), "opens every port of %s to every pod", c.Name)
			}
		}
		if !guarded {
			r.addf(c.Object, "", "no NetworkPolicy in %s keeps pods of tenants from %s", c.Object.Ref.Namespace, c.Name)
		}
	}
}

// selects reports whether a policy selects the pods of a controller.
func selects(selector metav1.LabelSelector, c model.Controller) bool {
	match, err := metav1.LabelSelectorAsSelector(&selector)
	return err == nil && match.Matches(c.PodLabels)
}

func guardsIngress(spec networkingv1.NetworkPolicySpec) bool {
	return len(spec.PolicyTypes) == 0 || slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeIngress)
}

// openIngress returns the first rule without ports that lets every pod in; -1 if
// there is none.
func openIngress(rules []networkingv1.NetworkPolicyIngressRule) int {
	return slices.IndexFunc(rules, func(rule networkingv1.NetworkPolicyIngressRule) bool {
		everybody := len(rule.From) == 0 || slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
			return peer.NamespaceSelector != nil && isEmpty(peer.NamespaceSelector) && (peer.PodSelector == nil || isEmpty(peer.PodSelector))
		})
		return everybody && len(rule.Ports) == 0
	})
}

func isEmpty(selector *metav1.LabelSelector) bool {
	return len(selector.MatchLabels)+len(selector.MatchExpressions) == 0
}
