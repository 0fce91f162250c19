package isolation_test

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// isolated is a spec with every field of an Isolation, over a profile.
func isolated(name string) tenant.Spec {
	return tenant.Spec{
		Name:  name,
		Quota: tenant.Quota{Namespaces: 3},
		Isolation: tenant.Isolation{
			Profile: tenant.Restricted,
			Network: tenant.Network{From: []string{"ingress-nginx"}},
			LimitRange: []corev1.LimitRangeItem{{
				Type:           corev1.LimitTypeContainer,
				DefaultRequest: amounts("cpu", "100m", "memory", "128Mi"),
				Default:        amounts("cpu", "500m", "memory", "256Mi"),
				Max:            amounts("memory", "1Gi"),
			}},
			Registries:      []string{"registry.example.com", "ghcr.io/org"},
			Hostnames:       []string{name + ".example.com", "*." + name + ".example.com"},
			StorageClasses:  &tenant.Classes{Allowed: []string{"fast"}, Default: "standard"},
			IngressClasses:  &tenant.Classes{Default: "shared"},
			GatewayClasses:  &tenant.Classes{Allowed: []string{"shared"}},
			PriorityClasses: &tenant.Classes{Selector: metav1.LabelSelector{MatchLabels: map[string]string{"for": "tenants"}}},
			RuntimeClasses:  &tenant.Classes{Allowed: []string{"gvisor"}},
			NodeSelector:    map[string]string{"example.com/pool": name},
		},
	}
}

// classes are the cluster's classes, for tenants and for others.
const classes = `
- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: example.com/none}
- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: standard}, provisioner: example.com/none}
- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: others}, provisioner: example.com/none}
- {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: shared}, spec: {controller: example.com/none}}
- {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: others}, spec: {controller: example.com/none}}
- {apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: shared}, spec: {controllerName: example.com/none}}
- {apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: others}, spec: {controllerName: example.com/none}}
- {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: batch, labels: {for: tenants}}, value: 10}
- {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: others}, value: 1000000}
- {apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: gvisor}, handler: runsc}
- {apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: others}, handler: others}
- {apiVersion: v1, kind: PersistentVolume, metadata: {name: others}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: fast, claimRef: {namespace: default, name: others}, hostPath: {path: /tmp}}}
`

// podSpec is one that everything here accepts.
func podSpec() *corev1.PodSpec {
	return &corev1.PodSpec{Containers: []corev1.Container{{
		Name:            "app",
		Image:           "registry.example.com/app:v1",
		ImagePullPolicy: corev1.PullAlways,
		Resources:       corev1.ResourceRequirements{Limits: amounts("cpu", "100m", "memory", "64Mi"), Requests: amounts("cpu", "10m", "memory", "64Mi")},
		SecurityContext: &corev1.SecurityContext{
			RunAsNonRoot:             new(true),
			AllowPrivilegeEscalation: new(false),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
	}}}
}

// offer applies objects, a YAML list, as the platform does.
func offer(c *harness.Case, list string) {
	c.Helper()
	var objects []map[string]any
	c.Must(yaml.Unmarshal([]byte(list), &objects))
	for _, object := range objects {
		c.Must(harness.Apply(c.Context(), c.Env.Plane.Client, []client.Object{&unstructured.Unstructured{Object: object}}))
	}
}

func parse(c *harness.Case, text string) *unstructured.Unstructured {
	c.Helper()
	u := &unstructured.Unstructured{}
	c.Must(yaml.Unmarshal([]byte(text), u))
	return u
}

// replicated is the object of a kind that the bundle puts into each namespace,
// as it should be in the app's.
func replicated(t *harness.Team, kind string) *unstructured.Unstructured {
	for _, item := range t.Isolation.Spec.Resources[0].RawItems {
		u := &unstructured.Unstructured{}
		if err := json.Unmarshal(item.Raw, u); err == nil && u.GetKind() == kind {
			u.SetNamespace(t.App().Name)
			return u
		}
	}
	return &unstructured.Unstructured{}
}

// policy is the NetworkPolicy that Capsule makes in the app's namespace.
func policy(t *harness.Team) *networkingv1.NetworkPolicy {
	policy := &networkingv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Namespace: t.App().Name, Name: "capsule-" + t.Name + "-0"},
	}
	for _, spec := range t.Tenant.Spec.NetworkPolicies.Items { //nolint:staticcheck // package tenant isolates by it, see there
		policy.Spec = spec
	}
	return policy
}

// account is the one that pods have by default.
func account(t *harness.Team) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: t.App().Name, Name: "default"}}
}

func amounts(pairs ...string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for i := 0; i < len(pairs); i += 2 {
		list[corev1.ResourceName(pairs[i])] = resource.MustParse(pairs[i+1])
	}
	return list
}

func teamPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: *podSpec()}
}
