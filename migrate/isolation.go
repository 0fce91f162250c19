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

// importIsolation reads what Build makes of an Isolation, and names whatever
// else limits the tenant. A profile comes back as the fields that it filled.
func (i *importer) importIsolation() {
	var existing capsulev1beta2.Tenant
	i.tenant.into(&existing)
	iso := &i.spec.Isolation
	iso.Profile = tenant.NoProfile
	for _, rule := range existing.Spec.Rules {
		i.importRule(rule)
	}
	iso.StorageClasses = importClasses(existing.Spec.StorageClasses)
	iso.IngressClasses = importClasses(existing.Spec.IngressOptions.AllowedClasses)
	iso.GatewayClasses = importClasses(existing.Spec.GatewayOptions.AllowedClasses)
	iso.PriorityClasses = importClasses(existing.Spec.PriorityClasses)
	iso.RuntimeClasses = importClasses(existing.Spec.RuntimeClasses)
	//lint:ignore SA1019 the network policies of a Tenant are protected at all times
	for _, policy := range existing.Spec.NetworkPolicies.Items {
		// Any other policy is not one that an Isolation can say.
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
	i.notCarriedOver()
}

func (i *importer) importRule(rule *rules.NamespaceRuleBodyTenant) {
	if rule == nil || rule.NamespaceRuleBodyNamespace == nil {
		return
	}
	for _, quota := range rule.Quota {
		if quota.Name == names.TenantQuota {
			i.spec.Quota.Hard = quota.Hard
		}
	}
	if rule.Enforce == nil || rule.Enforce.Action != rules.ActionTypeAllow {
		return
	}
	iso := &i.spec.Isolation
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
}

// literal is the text that an anchored expression without wildcards matches.
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

// anySource stands for the source of a tenant of which only the rest is of
// interest.
var anySource = tenant.Git{URL: "https://git.example.com/any.git"}

// builtPolicies are the network policies of a tenant with this network.
func builtPolicies(name string, network tenant.Network) []networkingv1.NetworkPolicySpec {
	bundle, err := tenant.Build(tenant.Spec{Name: name, Git: anySource, Isolation: tenant.Isolation{Network: network}})
	if err != nil {
		return nil
	}
	//lint:ignore SA1019 the network policies of a Tenant are protected at all times
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

// limiting are the fields of a Tenant that limit it.
var limiting = []string{
	"containerRegistries", "deviceClasses", "gatewayOptions", "imagePullPolicies", "ingressOptions", "limitRanges", "networkPolicies",
	"nodeSelector", "podOptions", "priorityClasses", "resourceQuotas", "rules", "runtimeClasses", "serviceOptions", "storageClasses",
}

// notCarriedOver compares those fields with what the spec builds.
func (i *importer) notCarriedOver() {
	bundle, err := tenant.Build(tenant.Spec{
		Name: i.spec.Name, Git: anySource, Quota: i.spec.Quota, Isolation: i.spec.Isolation, ForceTenantPrefix: i.spec.ForceTenantPrefix,
	})
	if err != nil {
		return // Build will say so of the spec
	}
	had, has := specFields(i.tenant.json), map[string]string{}
	if data, err := json.Marshal(bundle.Tenant); err == nil {
		has = specFields(data)
	}
	for _, name := range limiting {
		if value := had[name]; value != "" && value != has[name] {
			i.differs(i.tenant, "%s is not, or not wholly, carried over: isolation and quota of the spec, and fields of the built Tenant, take its place", name)
		}
	}
}

// specFields are the fields of an object's spec that are not empty, as JSON.
func specFields(object []byte) map[string]string {
	var content struct {
		Spec map[string]any `json:"spec"`
	}
	_ = json.Unmarshal(object, &content)
	fields := map[string]string{}
	for name, value := range content.Spec {
		if data, err := json.Marshal(value); err == nil && string(data) != "{}" && string(data) != "null" {
			fields[name] = string(data)
		}
	}
	// An empty list of classes says something; nothing else that is empty does.
	for _, name := range []string{"priorityClasses", "storageClasses"} {
		if _, ok := content.Spec[name]; ok && fields[name] == "" {
			fields[name] = "{}"
		}
	}
	return fields
}
