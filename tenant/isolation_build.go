package tenant

import (
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/names"

	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

// isolation makes what Capsule puts into each of the tenant's namespaces.
func (b *builder) isolation() {
	var objects []runtime.Object
	if limits := b.spec.Isolation.LimitRange; len(limits) > 0 {
		objects = append(objects, limitRange(limits))
	}
	if quota := b.spec.Quota.PerNamespace; len(quota) > 0 {
		objects = append(objects, resourceQuota(quota))
	}
	if len(objects) == 0 {
		return
	}
	replication, err := capsule.GlobalTenantResource(names.Of(b.spec.Name, names.Isolation),
		capsule.Labels(b.labels),
		capsule.Annotations(b.spec.Annotations),
		capsule.TenantNamed(b.spec.Name),
		capsule.Replicate{Objects: objects},
		// As itself: the objects are the platform's own and hold no templates, so a
		// tenant has no say in what is applied. An account that may write quotas in
		// every namespace would be one more thing to take over.
		capsule.AsController(true),
		// An object of the same name, whoever made it first, must not leave the
		// namespace without ours.
		capsule.Adopt(true), capsule.Force(true),
	)
	b.Note(err)
	b.bundle.Isolation = replication
}

// tenantLimits are those that the Tenant itself carries.
func (s Spec) tenantLimits() []capsule.TenantOption {
	var opts []capsule.TenantOption
	add := func(opt capsule.TenantOption) { opts = append(opts, opt) }
	i := s.Isolation
	if len(s.Quota.Hard) > 0 {
		add(capsule.Quota(names.TenantQuota, s.Quota.Hard))
	}
	if allowed := i.allowed(); len(allowed) > 0 {
		add(capsule.Allow(allowed...))
	}
	if policy := i.Network.policy(s.Name); policy != nil {
		// Not by replication, as the LimitRange and the ResourceQuota, which the role
		// admin can only read: it can write NetworkPolicies, and Capsule 0.14 lets a
		// tenant delete replicated objects by deleting all of a kind, and change them
		// for up to a minute after the namespace was made.
		//lint:ignore SA1019 the network policies of a Tenant are protected at all times
		add(capsule.NetworkPolicies(api.NetworkPolicySpec{Items: []networkingv1.NetworkPolicySpec{*policy}}))
	}
	if len(i.ServiceTypes) > 0 {
		//lint:ignore SA1019 Capsule 0.14 has no rule for external IPs
		add(capsule.ServiceOptions(api.ServiceOptions{ExternalServiceIPs: &api.ExternalServiceIPsSpec{Allowed: []api.AllowedIP{}}}))
	}
	if slices.ContainsFunc(i.Hostnames, wildcard) {
		add(capsule.AllowWildcardHostnames(true))
	}
	if i.StorageClasses != nil {
		add(capsule.StorageClasses(i.StorageClasses.classes()))
	}
	if i.IngressClasses != nil {
		add(capsule.IngressClasses(i.IngressClasses.classes()))
	}
	if i.GatewayClasses != nil {
		add(capsule.GatewayClasses(i.GatewayClasses.classes()))
	}
	if i.PriorityClasses != nil {
		add(capsule.PriorityClasses(i.PriorityClasses.classes()))
	}
	if i.RuntimeClasses != nil {
		add(capsule.RuntimeClasses(i.RuntimeClasses.classes()))
	}
	if len(i.NodeSelector) > 0 {
		add(capsule.NodeSelector(i.NodeSelector))
	}
	return opts
}

// allowed is what Capsule's rules can say.
func (i Isolation) allowed() []capsule.RuleOption {
	var opts []capsule.RuleOption
	if i.PodSecurity != "" {
		opts = append(opts, podSecurityLabels(i.PodSecurity))
	}
	if images := i.images(); len(images) > 0 {
		opts = append(opts, images)
	}
	if len(i.ServiceTypes) > 0 {
		opts = append(opts, serviceTypes(i.ServiceTypes))
	}
	if len(i.Hostnames) > 0 {
		// Not spec.ingressOptions.allowedHostnames, which is for Ingresses only.
		opts = append(opts, capsule.Hostnames{Types: hostnameTypes, Names: hostnames(i.Hostnames)})
	}
	return opts
}

// podSecurityLabels are set by Capsule on the tenant's namespaces. The version is
// among them: with an old one the tenant could go back to a standard that knew
// less.
//
// The values are also the only ones allowed: Capsule 0.14 sets what is managed
// when a namespace is made and when the rule changes, but not when the tenant
// updates the namespace (its handler changes the old object, not the new one).
func podSecurityLabels(level PodSecurity) capsule.Metadata {
	always := func(value string) rules.MetadataValueRule {
		return rules.MetadataValueRule{
			Required: true,
			Values:   []capsuleruntime.ExpressionMatch{capsule.Exactly(value)},
			Managed:  &value,
		}
	}
	return capsule.Metadata{{
		VersionKinds: capsuleruntime.VersionKinds{APIGroups: []string{"v1"}, Kinds: []string{"Namespace"}},
		Labels: map[string]rules.MetadataValueRule{
			names.PodSecurityLabel:              always(string(level)),
			names.PodSecurityLabel + "-version": always("latest"),
		},
	}}
}

// images are the allowed registries, each with the allowed pull policies.
func (i Isolation) images() capsule.Registries {
	if len(i.Registries) == 0 && len(i.PullPolicies) > 0 {
		return capsule.Registries{capsule.Registry(capsule.Matching("^"), i.PullPolicies...)}
	}
	var images capsule.Registries
	for _, registry := range i.Registries {
		images = append(images, capsule.Registry(capsule.Matching("^"+regexp.QuoteMeta(registry)+"/"), i.PullPolicies...))
	}
	return images
}

func serviceTypes(types []corev1.ServiceType) capsule.ServiceTypes {
	var list capsule.ServiceTypes
	for _, kind := range types {
		list = append(list, rules.ServiceType(kind))
	}
	return list
}

// hostnameTypes are all that Capsule knows.
var hostnameTypes = []rules.IngressType{
	rules.IngressTypeIngress, rules.IngressTypeRoute, rules.IngressTypeGateway, rules.IngressTypeListenerSet,
	rules.IngressTypeHTTPRoute, rules.IngressTypeGRPCRoute, rules.IngressTypeTLSRoute,
}

// hostnames are the names as they are, and those below *.name as an expression,
// which also matches the wildcard itself.
func hostnames(all []string) []capsuleruntime.ExpressionMatch {
	var exact []string
	var matches []capsuleruntime.ExpressionMatch
	for _, name := range all {
		if parent, ok := strings.CutPrefix(name, "*."); ok {
			matches = append(matches, capsule.Matching(names.BelowHostname+regexp.QuoteMeta(parent)+"$"))
		} else {
			exact = append(exact, name)
		}
	}
	if len(exact) > 0 {
		matches = append([]capsuleruntime.ExpressionMatch{capsule.Exactly(exact...)}, matches...)
	}
	return matches
}

func wildcard(hostname string) bool { return strings.HasPrefix(hostname, "*.") }

func (c Classes) classes() capsule.Classes {
	return capsule.Classes{Names: c.Allowed, Selector: c.Selector, Default: c.Default}
}
