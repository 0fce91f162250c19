package lockdown

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// Ports of the controllers' pods.
const (
	artifactPort = 9090 // of source-controller and source-watcher
	eventPort    = 9090 // of notification-controller
	webhookPort  = 9292 // of notification-controller
	metricsPort  = 8080 // of all, with profiles
)

// Flux's own policies.
const (
	allowEgress   = "allow-egress"
	allowScraping = "allow-scraping"
	allowWebhooks = "allow-webhooks"
)

// networkPolicies are one policy for each controller and for each shard's copy.
func (p plan) networkPolicies() []*networkingv1.NetworkPolicy {
	var policies []*networkingv1.NetworkPolicy
	for _, shard := range p.allShards() {
		for _, controller := range fluxcmd.Controllers() {
			if shard == "" || isSharded(controller) {
				policies = append(policies, p.networkPolicy(controller, shard))
			}
		}
	}
	return policies
}

func (p plan) networkPolicy(controller, shard string) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: sharded(controller, shard)},
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: *pods(sharded(controller, shard)).PodSelector,
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
			Ingress:     p.ingress(controller, shard),
			Egress:      p.egress(controller, shard),
		},
	}
}

// ingress lists the allowed sources of connections to a controller. Only Flux's own
// controllers reach artifacts and the receiver of events.
func (p plan) ingress(controller, shard string) []networkingv1.NetworkPolicyIngressRule {
	var rules []networkingv1.NetworkPolicyIngressRule
	allow := func(port int32, from ...networkingv1.NetworkPolicyPeer) {
		if len(from) > 0 {
			rules = append(rules, networkingv1.NetworkPolicyIngressRule{From: from, Ports: tcp(port)})
		}
	}
	switch controller {
	case fluxcmd.Source:
		clients := []string{sharded(fluxcmd.Kustomize, shard), sharded(fluxcmd.Helm, shard), fluxcmd.SourceWatcher}
		allow(artifactPort, pods(clients...))
	case fluxcmd.SourceWatcher:
		allow(artifactPort, pods(p.copiesOf(appliers...)...))
	case fluxcmd.Notification:
		allow(eventPort, pods(p.copiesOf(fluxcmd.Controllers()...)...))
		webhooks := p.Network.Webhooks
		if len(webhooks) == 0 {
			webhooks = []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}}}
		}
		allow(webhookPort, webhooks...)
	}
	allow(metricsPort, p.Network.Scrapers...)
	return rules
}

// egress lists the allowed destinations of a controller.
func (p plan) egress(controller, shard string) []networkingv1.NetworkPolicyEgressRule {
	rules := []networkingv1.NetworkPolicyEgressRule{p.toDNS(), p.toAPIServer()}
	allow := func(ports []networkingv1.NetworkPolicyPort, to ...networkingv1.NetworkPolicyPeer) {
		if len(to) > 0 {
			rules = append(rules, networkingv1.NetworkPolicyEgressRule{To: to, Ports: ports})
		}
	}
	if controller != fluxcmd.Notification {
		allow(tcp(eventPort), pods(fluxcmd.Notification))
	}
	switch controller {
	case fluxcmd.Kustomize, fluxcmd.Helm:
		allow(tcp(artifactPort), pods(sharded(fluxcmd.Source, shard), fluxcmd.SourceWatcher))
		allow(nil, p.clusters()...)
	case fluxcmd.SourceWatcher:
		allow(tcp(artifactPort), pods(p.copiesOf(fluxcmd.Source)...))
	default:
		rules = append(rules, p.toSources())
		allow(nil, p.Network.Sources...)
	}
	return rules
}

// networkPatches keep Flux's own policies from the controllers: policies add up,
// and these allow all egress, metrics to all pods, and before Flux 2.9.4 forged
// events from all pods (GHSA-mwcp-qpcg-fr7c). Other pods of the namespace keep
// them.
func (p plan) networkPatches() []types.Patch {
	others := metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: "app", Operator: metav1.LabelSelectorOpNotIn, Values: p.copiesOf(fluxcmd.Controllers()...),
	}}}
	policy := func(name string) *types.Selector { return target("networking.k8s.io", "NetworkPolicy", name) }
	return []types.Patch{
		jsonPatch(policy(allowEgress), operation{"replace", "/spec/podSelector", others}),
		jsonPatch(policy(allowScraping), operation{"replace", "/spec/podSelector", others}),
		removal(policy(allowWebhooks)),
	}
}

func isSharded(controller string) bool { return slices.Contains(shardable, controller) }

// copiesOf are the values of the label "app" of controllers and of their shards.
func (p plan) copiesOf(controllers ...string) []string {
	var names []string
	for _, shard := range p.allShards() {
		for _, controller := range controllers {
			if shard == "" || isSharded(controller) {
				names = append(names, sharded(controller, shard))
			}
		}
	}
	return names
}

// pods selects pods of the namespace by their label "app".
func pods(apps ...string) networkingv1.NetworkPolicyPeer {
	if len(apps) == 1 {
		return networkingv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": apps[0]}}}
	}
	return networkingv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: "app", Operator: metav1.LabelSelectorOpIn, Values: apps,
	}}}}
}

func tcp(numbers ...int32) []networkingv1.NetworkPolicyPort {
	var ports []networkingv1.NetworkPolicyPort
	for _, number := range numbers {
		ports = append(ports, port(corev1.ProtocolTCP, number))
	}
	return ports
}
