package lockdown

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	anyIPv4 = "0.0.0.0/0"
	anyIPv6 = "::/0"

	// nodeLocalDNS is the address of NodeLocal DNSCache on every node.
	nodeLocalDNS = "169.254.20.10/32"
)

// toDNS allows DNS, also on the port of OpenShift's servers.
func (p plan) toDNS() networkingv1.NetworkPolicyEgressRule {
	servers := slices.Clone(p.Network.DNS)
	if len(servers) == 0 {
		servers = []networkingv1.NetworkPolicyPeer{namespace("kube-system"), block(nodeLocalDNS)}
	}
	var ports []networkingv1.NetworkPolicyPort
	for _, number := range []int32{53, 5353} {
		ports = append(ports, port(corev1.ProtocolUDP, number), port(corev1.ProtocolTCP, number))
	}
	return networkingv1.NetworkPolicyEgressRule{To: servers, Ports: ports}
}

// toAPIServer allows the API server, which no label selects.
func (p plan) toAPIServer() networkingv1.NetworkPolicyEgressRule {
	if len(p.Network.APIServer) == 0 {
		return networkingv1.NetworkPolicyEgressRule{Ports: tcp(443, 6443)}
	}
	return networkingv1.NetworkPolicyEgressRule{To: blocks(p.Network.APIServer)}
}

// toSources allows every address that is not of the cluster.
func (p plan) toSources() networkingv1.NetworkPolicyEgressRule {
	if len(p.Network.Cluster) == 0 {
		return networkingv1.NetworkPolicyEgressRule{}
	}
	world := []networkingv1.NetworkPolicyPeer{block(anyIPv4), block(anyIPv6)}
	for _, cidr := range p.Network.Cluster {
		within := world[1].IPBlock
		if prefix, err := netip.ParsePrefix(cidr); err == nil && prefix.Addr().Is4() {
			within = world[0].IPBlock
		}
		within.Except = append(within.Except, cidr)
	}
	return networkingv1.NetworkPolicyEgressRule{To: world}
}

// clusters are the API servers on which the tenants' objects are applied.
func (p plan) clusters() []networkingv1.NetworkPolicyPeer {
	peers := slices.Clone(p.Network.Clusters)
	host := p.Egress.CapsuleProxy
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	// <service>.<namespace>.svc
	if labels := strings.Split(strings.TrimSuffix(host, "."), "."); len(labels) > 2 && labels[2] == "svc" {
		peers = append(peers, namespace(labels[1]))
	}
	return peers
}

func namespace(name string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{
		MatchLabels: map[string]string{corev1.LabelMetadataName: name},
	}}
}

func block(cidr string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: cidr}}
}

func blocks(cidrs []string) []networkingv1.NetworkPolicyPeer {
	var peers []networkingv1.NetworkPolicyPeer
	for _, cidr := range cidrs {
		peers = append(peers, block(cidr))
	}
	return peers
}

func port(protocol corev1.Protocol, number int32) networkingv1.NetworkPolicyPort {
	value := intstr.FromInt32(number)
	return networkingv1.NetworkPolicyPort{Protocol: &protocol, Port: &value}
}
