package capsule

import (
	"regexp"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// PodSecurity is the Pod Security level of the tenant's namespaces: privileged,
// baseline or restricted. It becomes a rule that sets the labels to enforce it
// and to warn of it, and that refuses to change them or to take them off: where
// a value is only managed, Capsule 0.14 lets an owner change it afterwards.
//
// See https://kubernetes.io/docs/concepts/security/pod-security-standards/
type PodSecurity string

// ApplyToTenant appends to spec.rules.
func (p PodSecurity) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	level := string(p)
	path := field.NewPath("spec", "rules").Index(len(tenant.Spec.Rules))
	fixed := rules.MetadataValueRule{Managed: &level, Required: true, Values: []capsuleruntime.ExpressionMatch{Exactly(level)}}
	if err := Allow(Metadata{{
		VersionKinds: capsuleruntime.VersionKinds{APIGroups: []string{"v1"}, Kinds: []string{"Namespace"}},
		Labels: map[string]rules.MetadataValueRule{
			"pod-security.kubernetes.io/enforce": fixed,
			"pod-security.kubernetes.io/warn":    fixed,
		},
	}}).ApplyToTenant(tenant); err != nil {
		return err
	}
	if errs := validate.RequiredEnum(path, level, "privileged", "baseline", "restricted"); len(errs) > 0 {
		return errs[0]
	}
	return nil
}

// OnlyRegistries allows images from the registries, or from a path in one of
// them, such as ghcr.io/org, and refuses all others. An image without a registry,
// such as nginx, is one of the others. It looks at all containers and image
// volumes.
func OnlyRegistries(registries ...string) Rule {
	var images []rules.OCIRegistry
	for _, registry := range registries {
		images = append(images, Registry(Matching("^"+regexp.QuoteMeta(strings.TrimSuffix(registry, "/"))+"/")))
	}
	return Allow(Registries(images))
}

// OnlyHostnames allows Ingress and Gateway API objects to have the host names,
// and refuses all others, and objects without one. A name such as
// *.dev.example.com stands for itself and for all names that end like it.
func OnlyHostnames(hostnames ...string) Rule {
	var names []capsuleruntime.ExpressionMatch
	for _, hostname := range hostnames {
		if suffix, ok := strings.CutPrefix(hostname, "*"); ok {
			names = append(names, Matching("^.+"+regexp.QuoteMeta(suffix)+"$"))
			continue
		}
		names = append(names, Exactly(hostname))
	}
	return Allow(Hostnames{
		Types: []rules.IngressType{
			rules.IngressTypeIngress, rules.IngressTypeRoute, rules.IngressTypeListenerSet, rules.IngressTypeHTTPRoute,
			rules.IngressTypeGateway, rules.IngressTypeTLSRoute, rules.IngressTypeGRPCRoute,
		},
		Names: names,
	})
}

// NetworkIsolation are NetworkPolicies that let the pods of a tenant talk to each
// other, whichever of its namespaces they are in, and to the cluster's DNS, and to
// nobody else. They allow; further policies allow more. The DNS is taken to be
// where Kubernetes puts it: pods with k8s-app=kube-dns in kube-system.
func NetworkIsolation() Replicate {
	same := []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{
		MatchLabels: map[string]string{MembershipLabel: "{{tenant.name}}"},
	}}}
	dns := networkingv1.NetworkPolicyEgressRule{
		To: []networkingv1.NetworkPolicyPeer{{
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{nameLabel: metav1.NamespaceSystem}},
			PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"k8s-app": "kube-dns"}},
		}},
		Ports: []networkingv1.NetworkPolicyPort{port(corev1.ProtocolUDP, 53), port(corev1.ProtocolTCP, 53)},
	}
	both := []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	return Replicate{Objects: []runtime.Object{
		networkPolicy("default-deny", networkingv1.NetworkPolicySpec{PolicyTypes: both}),
		networkPolicy("allow-dns", networkingv1.NetworkPolicySpec{
			PolicyTypes: both[1:],
			Egress:      []networkingv1.NetworkPolicyEgressRule{dns},
		}),
		networkPolicy("allow-same-tenant", networkingv1.NetworkPolicySpec{
			PolicyTypes: both,
			Ingress:     []networkingv1.NetworkPolicyIngressRule{{From: same}},
			Egress:      []networkingv1.NetworkPolicyEgressRule{{To: same}},
		}),
	}}
}

func networkPolicy(name string, spec networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       spec,
	}
}

func port(protocol corev1.Protocol, number int) networkingv1.NetworkPolicyPort {
	return networkingv1.NetworkPolicyPort{Protocol: &protocol, Port: new(intstr.FromInt(number))}
}

// ContainerLimits is a LimitRange that gives containers without requests and
// limits these, and refuses those with limits above the maximum.
func ContainerLimits(requests, limits, maximum corev1.ResourceList) Replicate {
	return Replicate{Objects: []runtime.Object{&corev1.LimitRange{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "LimitRange"},
		ObjectMeta: metav1.ObjectMeta{Name: "container-limits"},
		Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type:           corev1.LimitTypeContainer,
			DefaultRequest: requests, Default: limits, Max: maximum,
		}}},
	}}}
}

// NamespaceLimits is a ResourceQuota for each namespace, beside the [Quota] that
// all of them share.
func NamespaceLimits(hard corev1.ResourceList) Replicate {
	return Replicate{Objects: []runtime.Object{&corev1.ResourceQuota{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
		ObjectMeta: metav1.ObjectMeta{Name: "namespace-limits"},
		Spec:       corev1.ResourceQuotaSpec{Hard: hard},
	}}}
}
