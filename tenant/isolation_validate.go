package tenant

import (
	"net/netip"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validate checks replicated objects too: the API server would reject them only when
// Capsule applies them, in a status that nobody reads.
func (i Isolation) validate(path *field.Path) field.ErrorList {
	errs := validate.Enum(path.Child("profile"), i.Profile, NoProfile, Baseline, Restricted)
	errs = append(errs, i.Network.validate(path.Child("network"))...)
	errs = append(errs, validate.Enum(path.Child("podSecurity"), i.PodSecurity, PodSecurityPrivileged, PodSecurityBaseline, PodSecurityRestricted)...)
	errs = append(errs, quota.ValidateLimits(path.Child("limitRange"), i.LimitRange)...)
	for j, registry := range i.Registries {
		errs = append(errs, validateRegistry(path.Child("registries").Index(j), registry)...)
	}
	for j, policy := range i.PullPolicies {
		errs = append(errs, validate.RequiredEnum(path.Child("pullPolicies").Index(j), policy, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)...)
	}
	for j, kind := range i.ServiceTypes {
		errs = append(errs, validate.RequiredEnum(path.Child("serviceTypes").Index(j), kind, corev1.ServiceTypeClusterIP,
			corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer, corev1.ServiceTypeExternalName)...)
	}
	for j, name := range i.Hostnames {
		errs = append(errs, validate.Subdomain(path.Child("hostnames").Index(j), strings.TrimPrefix(name, "*."))...)
	}
	errs = append(errs, i.StorageClasses.validate(path.Child("storageClasses"))...)
	errs = append(errs, i.IngressClasses.validate(path.Child("ingressClasses"))...)
	errs = append(errs, i.GatewayClasses.validate(path.Child("gatewayClasses"))...)
	errs = append(errs, i.PriorityClasses.validate(path.Child("priorityClasses"))...)
	errs = append(errs, i.RuntimeClasses.validate(path.Child("runtimeClasses"))...)
	return append(errs, metav1validation.ValidateLabels(i.NodeSelector, path.Child("nodeSelector"))...)
}

func (n Network) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, name := range n.From {
		errs = append(errs, validate.Label(path.Child("from").Index(i), name)...)
	}
	for i, name := range n.To {
		errs = append(errs, validate.Label(path.Child("to").Index(i), name)...)
	}
	for i, block := range n.ToIPs {
		errs = append(errs, validateIPBlock(path.Child("toIPs").Index(i), block)...)
	}
	if more := len(n.From) + len(n.To) + len(n.ToIPs); more > 0 && (n.Isolate == nil || !*n.Isolate) {
		errs = append(errs, field.Required(path.Child("isolate"), "from, to and toIPs are exceptions from isolate: true"))
	}
	return errs
}

func validateIPBlock(path *field.Path, block networkingv1.IPBlock) field.ErrorList {
	errs := validation.IsValidCIDR(path.Child("cidr"), block.CIDR)
	for i, except := range block.Except {
		at := path.Child("except").Index(i)
		faults := validation.IsValidCIDR(at, except)
		errs = append(errs, faults...)
		if len(errs) == 0 && !strictlyWithin(except, block.CIDR) {
			errs = append(errs, field.Invalid(at, except, "must be a strict subset of cidr"))
		}
	}
	return errs
}

// strictlyWithin reports whether a range is a proper part of another.
func strictlyWithin(part, whole string) bool {
	p, err1 := netip.ParsePrefix(part)
	w, err2 := netip.ParsePrefix(whole)
	return err1 == nil && err2 == nil && w.Contains(p.Addr()) && p.Bits() > w.Bits()
}

// registryPattern is a host, which unlike the first part of a path has a dot or
// a port, and perhaps a path.
var registryPattern = regexp.MustCompile(`^([a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9-]+(\.[a-z0-9-]+)*:[0-9]+)(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)

func validateRegistry(path *field.Path, registry string) field.ErrorList {
	if !registryPattern.MatchString(registry) {
		return field.ErrorList{field.Invalid(path, registry, "must be a registry's host name and perhaps a path, as in registry.example.com or ghcr.io/org")}
	}
	return nil
}

func (c *Classes) validate(path *field.Path) field.ErrorList {
	if c == nil {
		return nil
	}
	var errs field.ErrorList
	for i, name := range c.Allowed {
		errs = append(errs, validate.Subdomain(path.Child("allowed").Index(i), name)...)
	}
	errs = append(errs, validate.OptionalSubdomain(path.Child("default"), c.Default)...)
	return append(errs, metav1validation.ValidateLabelSelector(&c.Selector, metav1validation.LabelSelectorValidationOptions{}, path.Child("selector"))...)
}
