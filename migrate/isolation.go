package migrate

import (
	"encoding/json"
	"slices"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// importIsolation reads the objects that Build makes for an Isolation, and names all
// other limits of the tenant. A profile comes back as the fields that it filled.
func (i *importer) importIsolation() {
	var existing capsulev1beta2.Tenant
	i.tenant.into(&existing)
	i.importRules(existing.Spec.Rules)
	iso := &i.spec.Isolation
	iso.Profile = tenant.NoProfile
	iso.StorageClasses = importClasses(existing.Spec.StorageClasses)
	iso.IngressClasses = importClasses(existing.Spec.IngressOptions.AllowedClasses)
	iso.GatewayClasses = importClasses(existing.Spec.GatewayOptions.AllowedClasses)
	iso.PriorityClasses = importClasses(existing.Spec.PriorityClasses)
	iso.RuntimeClasses = importClasses(existing.Spec.RuntimeClasses)
	for _, policy := range existing.Spec.NetworkPolicies.Items { //nolint:staticcheck // the network policies of a Tenant are protected at all times
		// An Isolation cannot express any other policy.
		if network := importPolicy(policy); slices.ContainsFunc(builtPolicies(i.spec.Name, network), func(built networkingv1.NetworkPolicySpec) bool {
			return equality.Semantic.DeepEqual(built, policy)
		}) {
			iso.Network = network
		}
	}
	iso.NodeSelector = existing.Spec.NodeSelector
	if obj := i.objects.named("", names.Of(i.spec.Name, names.Isolation), capsulev1beta2.GroupVersion.Group, "GlobalTenantResource"); obj != nil {
		var replication capsulev1beta2.GlobalTenantResource
		obj.into(&replication)
		for _, resource := range replication.Spec.Resources {
			for _, item := range resource.RawItems {
				i.importReplicated(item.Raw)
			}
		}
	}
}

// importRules reads the rules that an Isolation and a Quota make, in their order. From
// the first other rule on, they become Spec.Rules: a rule for some namespaces cannot
// become a rule for all.
func (i *importer) importRules(all []*rules.NamespaceRuleBodyTenant) {
	for n, rule := range all {
		isolation := tenant.Isolation{Profile: tenant.NoProfile}
		hard := importRule(&isolation, rule)
		built := builtRules(i.spec.Name, isolation, hard)
		if len(built) != 1 || !equality.Semantic.DeepEqual(built[0], rule) {
			i.spec.Rules = all[n:]
			return
		}
		switch {
		case hard != nil && n == 0:
			i.spec.Quota.Hard = hard
		case hard == nil && i.spec.Isolation.Profile == "":
			i.spec.Isolation = isolation
		default:
			i.spec.Rules = all[n:]
			return
		}
	}
}

// builtRules are the rules of a tenant with this isolation and quota.
func builtRules(name string, isolation tenant.Isolation, hard corev1.ResourceList) []*rules.NamespaceRuleBodyTenant {
	bundle, err := tenant.Build(tenant.Spec{Name: name, Git: anySource, Isolation: isolation, Quota: tenant.Quota{Hard: hard}})
	if err != nil {
		return nil
	}
	return bundle.Tenant.Spec.Rules
}

// importRule reads a rule as one of an Isolation, or of a Quota, which it returns.
func importRule(iso *tenant.Isolation, rule *rules.NamespaceRuleBodyTenant) (hard corev1.ResourceList) {
	if rule == nil || rule.NamespaceRuleBodyNamespace == nil {
		return nil
	}
	for _, quota := range rule.Quota {
		if quota.Name == names.TenantQuota {
			hard = quota.Hard
		}
	}
	if rule.Enforce == nil || rule.Enforce.Action != rules.ActionTypeAllow {
		return hard
	}
	for _, metadata := range rule.Enforce.Metadata {
		if level := metadata.Labels[names.PodSecurityLabel].Managed; level != nil {
			iso.PodSecurity = tenant.PodSecurity(*level)
		}
	}
	for _, registry := range rule.Enforce.Workloads.Registries {
		iso.PullPolicies = registry.Policy
		if host := strings.TrimSuffix(literal(registry.Expression), "/"); host != "" {
			iso.Registries = append(iso.Registries, host)
		}
	}
	for _, kind := range rule.Enforce.Services.Types {
		iso.ServiceTypes = append(iso.ServiceTypes, corev1.ServiceType(kind))
	}
	for _, match := range rule.Enforce.Ingress.Hostnames {
		if parent, ok := strings.CutPrefix(match.Expression, names.BelowHostname); ok {
			iso.Hostnames = append(iso.Hostnames, "*."+literal(parent))
		}
		iso.Hostnames = append(iso.Hostnames, match.Exact...)
	}
	return hard
}

// literal returns the text that an anchored expression without wildcards matches.
func literal(expression string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(expression, "^"), "$"), `\`, "")
}

func importClasses(list *api.DefaultAllowedListSpec) *tenant.Classes {
	if list == nil {
		return nil
	}
	classes := &tenant.Classes{Allowed: list.Exact, Selector: list.LabelSelector, Default: list.Default}
	if slices.ContainsFunc(list.MatchExpressions, func(r metav1.LabelSelectorRequirement) bool {
		return r.Key == corev1.LabelMetadataName && r.Operator == metav1.LabelSelectorOpDoesNotExist
	}) {
		classes.Selector = metav1.LabelSelector{} // the one that stands for none: see capsule.Tenant
	}
	return classes
}

func (i *importer) importReplicated(raw []byte) {
	var head metav1.TypeMeta
	_ = json.Unmarshal(raw, &head)
	switch head.Kind {
	case "LimitRange":
		var limits corev1.LimitRange
		_ = json.Unmarshal(raw, &limits)
		i.spec.Isolation.LimitRange = limits.Spec.Limits
	case "ResourceQuota":
		var quota corev1.ResourceQuota
		_ = json.Unmarshal(raw, &quota)
		i.spec.Quota.FluxPerNamespace, i.spec.Quota.PerNamespace = fluxObjects(quota.Spec.Hard, nil)
	}
}

func importPolicy(policy networkingv1.NetworkPolicySpec) tenant.Network {
	network := tenant.Network{Isolate: new(true)}
	for _, rule := range policy.Ingress {
		for _, peer := range rule.From {
			network.From = append(network.From, peerNames(peer)...)
		}
	}
	for _, rule := range policy.Egress {
		if len(rule.Ports) > 0 {
			continue // DNS
		}
		for _, peer := range rule.To {
			network.To = append(network.To, peerNames(peer)...)
			if peer.IPBlock != nil {
				network.ToIPs = append(network.ToIPs, *peer.IPBlock)
			}
		}
	}
	return network
}

// anySource stands for the source of a tenant if only the rest matters.
var anySource = tenant.Git{URL: "https://git.example.com/any.git"}

// builtPolicies are the network policies of a tenant with this network.
func builtPolicies(name string, network tenant.Network) []networkingv1.NetworkPolicySpec {
	bundle, err := tenant.Build(tenant.Spec{Name: name, Git: anySource, Isolation: tenant.Isolation{Network: network}})
	if err != nil {
		return nil
	}
	//nolint:staticcheck // the network policies of a Tenant are protected at all times
	return bundle.Tenant.Spec.NetworkPolicies.Items
}

func peerNames(peer networkingv1.NetworkPolicyPeer) []string {
	if peer.NamespaceSelector == nil {
		return nil
	}
	for _, match := range peer.NamespaceSelector.MatchExpressions {
		if match.Key == corev1.LabelMetadataName {
			return match.Values
		}
	}
	return nil
}
