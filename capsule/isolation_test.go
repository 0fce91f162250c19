package capsule_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// What the rules refuse and let pass, by the code with which Capsule matches: an
// allow rule lets pass what any of its expressions matches.
func TestOnly(t *testing.T) {
	registries := func(body *rules.NamespaceRuleEnforceBody) (matches []capsuleruntime.ExpressionMatch) {
		for _, registry := range body.Workloads.Registries {
			matches = append(matches, registry.ExpressionMatch)
		}
		return matches
	}
	hostnames := func(body *rules.NamespaceRuleEnforceBody) []capsuleruntime.ExpressionMatch {
		return body.Ingress.Hostnames
	}
	tests := map[string]struct {
		rule    capsule.Rule
		matches func(*rules.NamespaceRuleEnforceBody) []capsuleruntime.ExpressionMatch
		allowed []string
		refused []string
	}{
		"registries": {
			rule:    capsule.OnlyRegistries("ghcr.io/org/", "registry.example.com:5000"),
			matches: registries,
			allowed: []string{"ghcr.io/org/app:v1", "registry.example.com:5000/app@sha256:0"},
			refused: []string{"nginx", "docker.io/nginx", "ghcr.io/organ/app", "ghcrxio/org/app", "evil.com/ghcr.io/org/app", "registry.example.com:50000/app"},
		},
		"host names": {
			rule:    capsule.OnlyHostnames("dev.example.com", "*.dev.example.com"),
			matches: hostnames,
			allowed: []string{"dev.example.com", "a.dev.example.com", "a.b.dev.example.com", "*.dev.example.com"},
			refused: []string{"example.com", "xdev.example.com", "a.dev.example.com.evil.com", ".dev.example.com.", "a.devxexample.com"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tenant := tenant.Must(t, test.rule)
			verdict := func(value string) bool {
				return slices.ContainsFunc(test.matches(tenant.Spec.Rules[0].Enforce), func(match capsuleruntime.ExpressionMatch) bool {
					matched, err := match.Matches(value)
					if err != nil {
						t.Fatal(err)
					}
					return matched
				})
			}
			for _, value := range test.allowed {
				if !verdict(value) {
					t.Errorf("%s is refused", value)
				}
			}
			for _, value := range test.refused {
				if verdict(value) {
					t.Errorf("%s is allowed", value)
				}
			}
		})
	}
}

func TestPodSecurity(t *testing.T) {
	for _, level := range []string{"privileged", "baseline", "restricted"} {
		tenant := tenant.Must(t, capsule.PodSecurity(level))
		fixed := rules.MetadataValueRule{Managed: &level, Required: true, Values: []capsuleruntime.ExpressionMatch{{Exact: []string{level}}}}
		want := map[string]rules.MetadataValueRule{"pod-security.kubernetes.io/enforce": fixed, "pod-security.kubernetes.io/warn": fixed}
		if diff := cmp.Diff(want, tenant.Spec.Rules[0].Enforce.Metadata[0].Labels); diff != "" {
			t.Errorf("labels (-want +got):\n%s", diff)
		}
	}
	_, err := tenant.Build(capsule.PodSecurity("strict"))
	want := []string{`spec.rules[0]: Unsupported value: "strict": supported values: "privileged", "baseline", "restricted"`}
	if diff := cmp.Diff(want, buildtest.Faults(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestReplicatedIsolation(t *testing.T) {
	list := func(cpu string) corev1.ResourceList { return corev1.ResourceList{"cpu": resource.MustParse(cpu)} }
	got := func(replicate capsule.Replicate) string {
		object := globalTenantResource.Must(t, replicate)
		document, err := yaml.Marshal(object.Spec.Resources[1].RawItems)
		if err != nil {
			t.Fatal(err)
		}
		return string(document)
	}
	tests := map[string]struct {
		replicate capsule.Replicate
		want      string
	}{
		"container limits": {capsule.ContainerLimits(list("100m"), list("1"), list("2")), `- apiVersion: v1
  kind: LimitRange
  metadata:
    name: container-limits
  spec:
    limits:
    - default:
        cpu: "1"
      defaultRequest:
        cpu: 100m
      max:
        cpu: "2"
      type: Container
`},
		"namespace limits": {capsule.NamespaceLimits(list("4")), `- apiVersion: v1
  kind: ResourceQuota
  metadata:
    name: namespace-limits
  spec:
    hard:
      cpu: "4"
`},
		"network": {capsule.NetworkIsolation(), `- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: default-deny
  spec:
    podSelector: {}
    policyTypes:
    - Ingress
    - Egress
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: allow-dns
  spec:
    egress:
    - ports:
      - port: 53
        protocol: UDP
      - port: 53
        protocol: TCP
      to:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: kube-system
        podSelector:
          matchLabels:
            k8s-app: kube-dns
    podSelector: {}
    policyTypes:
    - Egress
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: allow-same-tenant
  spec:
    egress:
    - to:
      - namespaceSelector:
          matchLabels:
            capsule.clastix.io/tenant: '{{tenant.name}}'
    ingress:
    - from:
      - namespaceSelector:
          matchLabels:
            capsule.clastix.io/tenant: '{{tenant.name}}'
    podSelector: {}
    policyTypes:
    - Ingress
    - Egress
`},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, got(test.replicate)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
