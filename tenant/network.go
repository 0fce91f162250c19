package tenant

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// policy is one NetworkPolicy for all pods of a namespace. It names both directions,
// so everything that it does not allow is denied.
func (n Network) policy(tenant string) *networkingv1.NetworkPolicySpec {
	if n.Isolate == nil || !*n.Isolate {
		return nil
	}
	sameTenant := networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{
		MatchLabels: map[string]string{names.MemberLabel: tenant},
	}}
	from := append([]networkingv1.NetworkPolicyPeer{sameTenant}, namespacePeers(n.From)...)
	to := append([]networkingv1.NetworkPolicyPeer{sameTenant}, namespacePeers(n.To)...)
	for _, block := range n.ToIPs {
		to = append(to, networkingv1.NetworkPolicyPeer{IPBlock: &block})
	}
	return &networkingv1.NetworkPolicySpec{
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
		Ingress:     []networkingv1.NetworkPolicyIngressRule{{From: from}},
		Egress:      []networkingv1.NetworkPolicyEgressRule{{To: to}, dns()},
	}
}

func dns() networkingv1.NetworkPolicyEgressRule {
	port := intstr.FromInt32(53)
	return networkingv1.NetworkPolicyEgressRule{
		To: namespacePeers([]string{metav1.NamespaceSystem}),
		Ports: []networkingv1.NetworkPolicyPort{
			{Protocol: new(corev1.ProtocolUDP), Port: &port},
			{Protocol: new(corev1.ProtocolTCP), Port: &port},
		},
	}
}

// namespacePeers are the pods of the namespaces, by the label that the API
// server sets on each.
func namespacePeers(names []string) []networkingv1.NetworkPolicyPeer {
	if len(names) == 0 {
		return nil
	}
	return []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: corev1.LabelMetadataName, Operator: metav1.LabelSelectorOpIn, Values: slices.Clone(names)},
		},
	}}}
}
