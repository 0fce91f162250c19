package lockdown

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// letsConnect says what a tenant can do without the policy of a controller.
var letsConnect = map[string]string{
	fluxcmd.Source:          "A tenant's pod reads the artifacts of all tenants, and a tenant's source reaches servers of the cluster.",
	fluxcmd.SourceWatcher:   "A tenant's pod reads the artifacts of all tenants.",
	fluxcmd.Notification:    "A tenant's pod forges events of every tenant (GHSA-mwcp-qpcg-fr7c), and a tenant's provider reaches servers of the cluster.",
	fluxcmd.Kustomize:       "A tenant's pod reads metrics and profiles, and a tenant's kustomization.yaml reaches servers of the cluster.",
	fluxcmd.Helm:            "A tenant's pod reads metrics and profiles.",
	fluxcmd.ImageReflector:  "A tenant's pod reads metrics and profiles, and a tenant's image repository reaches servers of the cluster.",
	fluxcmd.ImageAutomation: "A tenant's pod reads metrics and profiles, and a tenant's source reaches servers of the cluster.",
}

// checkNetwork compares the running controllers' policies with the plan's, and looks
// for policies that open what these close, since policies add up.
func (p plan) checkNetwork(set objectSet) []Finding {
	var findings []Finding
	known := map[string]bool{}
	for _, want := range p.networkPolicies() {
		known[want.Name] = true
		if !set.runs(p.Namespace, want.Name) {
			continue
		}
		at := slices.IndexFunc(set.policies, func(policy *networkingv1.NetworkPolicy) bool {
			return policy.Namespace == want.Namespace && policy.Name == want.Name
		})
		if at < 0 {
			findings = append(findings, p.networkFinding(want.Name, "", letsConnect[p.controllerOf(want.Name)]))
		} else if !equality.Semantic.DeepEqual(want.Spec, set.policies[at].Spec) {
			findings = append(findings, p.networkFinding(want.Name, "different", letsConnect[p.controllerOf(want.Name)]))
		}
	}
	for _, policy := range set.policies {
		if policy.Namespace != p.Namespace || known[policy.Name] {
			continue
		}
		if app := p.opens(policy); app != "" {
			findings = append(findings, p.networkFinding(policy.Name, "one that opens "+app, letsConnect[p.controllerOf(app)]))
		}
	}
	return findings
}

func (p plan) networkFinding(name, got, lets string) Finding {
	return Finding{Kind: "NetworkPolicy", Namespace: p.Namespace, Name: name, Setting: "spec", Want: "as Build makes it", Got: got, Lets: lets}
}

// runs reports whether a controller is among the Deployments.
func (s objectSet) runs(namespace, name string) bool {
	return slices.ContainsFunc(s.deployments, func(d *appsv1.Deployment) bool {
		return d.Name == name && d.Namespace == namespace
	})
}

// controllerOf is the original of a shard's controller.
func (p plan) controllerOf(app string) string {
	for _, controller := range fluxcmd.Controllers() {
		if slices.Contains(p.copiesOf(controller), app) {
			return controller
		}
	}
	return ""
}

// opens returns a controller that a policy outside of the lockdown opens to pods of
// other namespaces, on another port than the webhook port, or whose egress the policy
// does not limit.
func (p plan) opens(policy *networkingv1.NetworkPolicy) string {
	selector, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	if err != nil {
		return ""
	}
	ingress := slices.ContainsFunc(policy.Spec.Ingress, opensIngress)
	egress := slices.ContainsFunc(policy.Spec.Egress, func(rule networkingv1.NetworkPolicyEgressRule) bool { return len(rule.To) == 0 && len(rule.Ports) == 0 })
	for _, app := range p.copiesOf(fluxcmd.Controllers()...) {
		if (ingress || egress) && selector.Matches(labels.Set{"app": app}) {
			return app
		}
	}
	return ""
}

func opensIngress(rule networkingv1.NetworkPolicyIngressRule) bool {
	others := len(rule.From) == 0 || slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
		return peer.IPBlock != nil || peer.NamespaceSelector != nil && len(peer.NamespaceSelector.MatchLabels)+len(peer.NamespaceSelector.MatchExpressions) == 0
	})
	webhooks := slices.ContainsFunc(rule.Ports, func(port networkingv1.NetworkPolicyPort) bool {
		return port.Port != nil && port.Port.IntValue() == webhookPort
	})
	return others && !(webhooks && len(rule.Ports) == 1)
}
