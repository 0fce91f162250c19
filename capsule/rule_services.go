package capsule

import (
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
)

// ServiceTypes matches Services by their type: ClusterIP, NodePort,
// LoadBalancer, ExternalName.
type ServiceTypes []rules.ServiceType

// ApplyToRule appends to enforce.services.types.
func (s ServiceTypes) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	services := &enforce(rule).Services
	services.Types = append(services.Types, s...)
}

// LoadBalancerCIDRs matches the addresses and source ranges of Services of type
// LoadBalancer. A Service that names neither is then refused.
type LoadBalancerCIDRs []string

// ApplyToRule appends to enforce.services.loadBalancers.cidrs.
func (l LoadBalancerCIDRs) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	services := &enforce(rule).Services
	if services.LoadBalancers == nil {
		services.LoadBalancers = &rules.ServiceLoadBalancerRule{}
	}
	services.LoadBalancers.CIDRs = append(services.LoadBalancers.CIDRs, l...)
}

// ExternalNames matches the hosts that Services of type ExternalName point to.
type ExternalNames []capsuleruntime.ExpressionMatch

// ApplyToRule appends to enforce.services.externalNames.hostnames.
func (e ExternalNames) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	services := &enforce(rule).Services
	if services.ExternalNames == nil {
		services.ExternalNames = &rules.ServiceExternalNameRule{}
	}
	services.ExternalNames.Hostnames = append(services.ExternalNames.Hostnames, e...)
}

// NodePorts matches the node ports of Services of type NodePort and
// LoadBalancer. A Service that leaves the choice to Kubernetes is then refused.
type NodePorts []rules.ServiceNodePortRange

// ApplyToRule appends to enforce.services.nodePorts.ports.
func (n NodePorts) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	services := &enforce(rule).Services
	if services.NodePorts == nil {
		services.NodePorts = &rules.ServiceNodePortRule{}
	}
	services.NodePorts.Ports = append(services.NodePorts.Ports, n...)
}
