package lockdown_test

import (
	"net/netip"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// An end of a connection: a pod by its namespace and its label "app", or an
// address.
type end struct{ namespace, app, address string }

func fluxPod(app string) end { return end{namespace: "flux-system", app: app} }

// network is the policies of Flux's namespace, as a plugin enforces them.
type network []*networkingv1.NetworkPolicy

func networkOf(t *testing.T, objects []runtime.Object) network {
	t.Helper()
	var policies network
	for _, obj := range objects {
		u := obj.(*unstructured.Unstructured)
		if u.GetKind() != "NetworkPolicy" {
			continue
		}
		policy := &networkingv1.NetworkPolicy{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, policy); err != nil {
			t.Fatal(err)
		}
		policies = append(policies, policy)
	}
	return policies
}

func (n network) allows(from, to end, port int) bool {
	return n.allow(networkingv1.PolicyTypeEgress, from, to, port) && n.allow(networkingv1.PolicyTypeIngress, to, from, port)
}

// allow reports whether the policies of a pod allow a direction: all of it if
// there are none.
func (n network) allow(direction networkingv1.PolicyType, pod, peer end, port int) bool {
	isolated := false
	for _, policy := range n {
		if pod.namespace != policy.Namespace || !slices.Contains(policy.Spec.PolicyTypes, direction) || !selects(&policy.Spec.PodSelector, labels.Set{"app": pod.app}) {
			continue
		}
		isolated = true
		if direction == networkingv1.PolicyTypeIngress {
			for _, rule := range policy.Spec.Ingress {
				if matches(rule.From, rule.Ports, peer, port) {
					return true
				}
			}
			continue
		}
		for _, rule := range policy.Spec.Egress {
			if matches(rule.To, rule.Ports, peer, port) {
				return true
			}
		}
	}
	return !isolated
}

func matches(peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort, peer end, port int) bool {
	open := len(ports) == 0 || slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
		return *p.Protocol == corev1.ProtocolTCP && p.Port.IntValue() == port
	})
	return open && (len(peers) == 0 || slices.ContainsFunc(peers, func(p networkingv1.NetworkPolicyPeer) bool {
		switch {
		case p.IPBlock != nil:
			return within(p.IPBlock, peer.address)
		case peer.address != "":
			return false
		case p.NamespaceSelector == nil:
			return peer.namespace == "flux-system" && selects(p.PodSelector, labels.Set{"app": peer.app})
		}
		return selects(p.NamespaceSelector, labels.Set{"kubernetes.io/metadata.name": peer.namespace})
	}))
}

func within(block *networkingv1.IPBlock, address string) bool {
	if address == "" {
		return false
	}
	in := func(cidr string) bool { return netip.MustParsePrefix(cidr).Contains(netip.MustParseAddr(address)) }
	return in(block.CIDR) && !slices.ContainsFunc(block.Except, in)
}

func selects(selector *metav1.LabelSelector, set labels.Set) bool {
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && s.Matches(set)
}

var (
	tenant     = end{namespace: "dev-team", app: "web"}
	prometheus = end{namespace: "monitoring"}
	world      = end{address: "203.0.113.7"}
	clusterPod = end{address: "10.244.1.2"}
)

// connections are allowed with Flux's own policies, with those of the zero Spec, and
// with a Network that sets every field.
var connections = []struct {
	name               string
	from, to           end
	port               int
	before, bare, full bool
}{
	{"a tenant forges events", tenant, fluxPod("notification-controller"), 9090, true, false, false},
	{"a webhook", tenant, fluxPod("notification-controller"), 9292, true, true, false},
	{"a tenant reads artifacts", tenant, fluxPod("source-controller"), 9090, false, false, false},
	{"a tenant reads profiles", tenant, fluxPod("kustomize-controller"), 8080, true, false, false},
	{"metrics", prometheus, fluxPod("helm-controller"), 8080, true, false, true},
	{"metrics of another pod", tenant, fluxPod("web"), 8080, true, true, true},
	{"another pod of Flux's namespace", fluxPod("web"), fluxPod("source-controller"), 9090, true, false, false},
	{"artifacts for kustomize", fluxPod("kustomize-controller"), fluxPod("source-controller"), 9090, true, true, true},
	{"artifacts for helm", fluxPod("helm-controller"), fluxPod("source-controller"), 9090, true, true, true},
	{"generated artifacts", fluxPod("kustomize-controller"), fluxPod("source-watcher"), 9090, true, true, true},
	{"artifacts for source-watcher", fluxPod("source-watcher"), fluxPod("source-controller"), 9090, true, true, true},
	{"artifacts for image-reflector", fluxPod("image-reflector-controller"), fluxPod("source-controller"), 9090, true, false, false},
	{"events", fluxPod("image-automation-controller"), fluxPod("notification-controller"), 9090, true, true, true},
	{"Capsule Proxy", fluxPod("kustomize-controller"), end{namespace: "capsule-system"}, 9001, true, true, true},
	{"DNS", fluxPod("source-controller"), end{namespace: "kube-system"}, 53, true, true, true},
	{"the API server", fluxPod("notification-controller"), end{address: "192.0.2.1"}, 6443, true, true, true},
	{"builds to the world", fluxPod("kustomize-controller"), world, 80, true, false, false},
	{"builds to the world, HTTPS", fluxPod("kustomize-controller"), world, 443, true, true, false},
	{"builds to a pod", fluxPod("kustomize-controller"), clusterPod, 9090, true, false, false},
	{"sources", fluxPod("source-controller"), world, 22, true, true, true},
	{"sources in the cluster", fluxPod("source-controller"), clusterPod, 80, true, true, false},
	{"notifications", fluxPod("notification-controller"), world, 443, true, true, true},
	{"notifications in the cluster", fluxPod("notification-controller"), clusterPod, 80, true, true, false},
}

func TestNetwork(t *testing.T) {
	monitoring := networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "monitoring"}}}
	bare := networkOf(t, build(t, essential(open(t)), lockdown.Spec{Shards: []string{"shard1"}}, nil))
	full := networkOf(t, build(t, essential(open(t)), lockdown.Spec{Network: lockdown.Network{
		APIServer: []string{"192.0.2.1/32"}, Cluster: []string{"10.0.0.0/8", "fd00::/8"}, Scrapers: []networkingv1.NetworkPolicyPeer{monitoring},
		Webhooks: []networkingv1.NetworkPolicyPeer{monitoring},
	}}, nil))
	before := networkOf(t, build(t, essential(open(t)), lockdown.Spec{}, func(l *lockdown.Lockdown) { l.Kustomization.Patches, l.Objects = nil, l.Objects[:0] }))
	for _, test := range connections {
		for name, n := range map[string]struct {
			network
			want bool
		}{"before": {before, test.before}, "bare": {bare, test.bare}, "full": {full, test.full}} {
			if got := n.allows(test.from, test.to, test.port); got != n.want {
				t.Errorf("%s, %s: allowed = %v, want %v", test.name, name, got, n.want)
			}
		}
	}
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"kustomize-controller-shard1", "source-controller-shard1", true},
		{"kustomize-controller-shard1", "source-controller", false},
		{"kustomize-controller", "source-controller-shard1", false},
		{"helm-controller-shard1", "source-controller-shard1", true},
		{"source-watcher", "source-controller-shard1", true},
		{"source-controller-shard1", "notification-controller", true},
		{"helm-controller-shard1", "source-watcher", true},
	} {
		if got := bare.allows(fluxPod(test.from), fluxPod(test.to), 9090); got != test.want {
			t.Errorf("%s to %s: allowed = %v, want %v", test.from, test.to, got, test.want)
		}
	}
}
