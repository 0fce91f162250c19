package capsule

import (
	"fmt"
	"net"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateServices(path *field.Path, services rules.NamespaceRuleEnforceServicesBody) field.ErrorList {
	var errs field.ErrorList
	for i, kind := range services.Types {
		errs = append(errs, validate.RequiredEnum(path.Child("types").Index(i), kind, rules.ServiceTypeClusterIP,
			rules.ServiceTypeNodePort, rules.ServiceTypeLoadBalancer, rules.ServiceTypeExternalName)...)
	}
	if services.LoadBalancers != nil {
		for i, cidr := range services.LoadBalancers.CIDRs {
			errs = append(errs, validateCIDR(path.Child("loadBalancers", "cidrs").Index(i), cidr)...)
		}
	}
	if services.ExternalNames != nil {
		errs = append(errs, validateExpressions(path.Child("externalNames", "hostnames"), services.ExternalNames.Hostnames)...)
	}
	if services.NodePorts != nil {
		for i, ports := range services.NodePorts.Ports {
			errs = append(errs, validatePorts(path.Child("nodePorts", "ports").Index(i), ports)...)
		}
	}
	return errs
}

// validateCIDR accepts an address as a range of one, as Capsule does.
func validateCIDR(path *field.Path, value string) field.ErrorList {
	if net.ParseIP(value) != nil {
		return nil
	}
	if _, _, err := net.ParseCIDR(value); err != nil {
		return field.ErrorList{field.Invalid(path, value, "must be an IP address or a range such as 10.0.0.0/8")}
	}
	return nil
}

func validatePorts(path *field.Path, ports rules.ServiceNodePortRange) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range validation.IsValidPortNum(int(ports.From)) {
		errs = append(errs, field.Invalid(path.Child("from"), ports.From, msg))
	}
	for _, msg := range validation.IsValidPortNum(int(ports.To)) {
		errs = append(errs, field.Invalid(path.Child("to"), ports.To, msg))
	}
	if len(errs) == 0 && ports.From > ports.To {
		errs = append(errs, field.Invalid(path.Child("to"), ports.To, fmt.Sprintf("must be greater than or equal to from, %d", ports.From)))
	}
	return errs
}

func validateIngress(path *field.Path, ingress rules.NamespaceRuleEnforceIngressBody) field.ErrorList {
	var errs field.ErrorList
	if len(ingress.Types) == 0 && len(ingress.Hostnames) > 0 {
		errs = append(errs, field.Required(path.Child("types"), "hostnames must say which kinds they are for"))
	}
	if len(ingress.Types) > 0 && len(ingress.Hostnames) == 0 {
		errs = append(errs, field.Required(path.Child("hostnames"), "types go with hostnames"))
	}
	for i, kind := range ingress.Types {
		errs = append(errs, validate.RequiredEnum(path.Child("types").Index(i), kind, rules.IngressTypeIngress, rules.IngressTypeRoute,
			rules.IngressTypeListenerSet, rules.IngressTypeHTTPRoute, rules.IngressTypeGateway,
			rules.IngressTypeTLSRoute, rules.IngressTypeGRPCRoute)...)
	}
	return append(errs, validateExpressions(path.Child("hostnames"), ingress.Hostnames)...)
}
