package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/capsule"
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

// classes are what the cluster offers, to tenants and to others.
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

// An attempt is an object that a tenant makes in its namespace. ${name} is the
// name of the tenant.
type attempt struct {
	name    string
	object  string             // in YAML, without metadata
	pod     func(*corev1.Pod)  // or a change to a pod that is let pass
	refused string             // what the refusal says; empty if it is let pass
	becomes func(u made) error // checks what is let pass
	admin   bool               // made by the platform, since the role admin may not make the kind
}

// made is an object as the API server has it.
type made struct{ *unstructured.Unstructured }

var attempts = []attempt{
	// Pod Security.
	{name: "pod as it should be", pod: func(*corev1.Pod) {}, becomes: func(u made) error {
		return u.has("map[example.com/pool:isolated]", "spec", "nodeSelector")
	}},
	{name: "privileged container", pod: securityContext(func(s *corev1.SecurityContext) { s.Privileged, s.AllowPrivilegeEscalation = new(true), nil }), refused: "violates PodSecurity"},
	{name: "privilege escalation", pod: securityContext(func(s *corev1.SecurityContext) { s.AllowPrivilegeEscalation = new(true) }), refused: "allowPrivilegeEscalation != false"},
	{name: "added capability", pod: securityContext(func(s *corev1.SecurityContext) { s.Capabilities.Add = []corev1.Capability{"NET_ADMIN"} }), refused: "unrestricted capabilities"},
	{name: "container as root", pod: securityContext(func(s *corev1.SecurityContext) { s.RunAsNonRoot = new(false) }), refused: "runAsNonRoot != true"},
	{name: "host path", pod: volume(corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}), refused: "hostPath"},
	{name: "volume that is not claimed", pod: volume(corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{Server: "10.0.0.1", Path: "/"}}), refused: "restricted volume types"},
	{name: "host network", pod: func(p *corev1.Pod) { p.Spec.HostNetwork = true }, refused: "host namespaces (hostNetwork=true)"},
	{name: "host port", pod: func(p *corev1.Pod) {
		p.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}}
	}, refused: "hostPort"},
	{name: "host PID", pod: func(p *corev1.Pod) { p.Spec.HostPID = true }, refused: "host namespaces (hostPID=true)"},
	{name: "host IPC", pod: func(p *corev1.Pod) { p.Spec.HostIPC = true }, refused: "host namespaces (hostIPC=true)"},

	// Images.
	{name: "image of an allowed organization", pod: image("ghcr.io/org/app:v1")},
	{name: "image of another organization", pod: image("ghcr.io/other/app:v1"), refused: "is not allowed by namespace rule"},
	{name: "image of a foreign registry", pod: image("docker.io/library/nginx"), refused: "is not allowed by namespace rule"},
	{name: "image without a registry", pod: image("nginx"), refused: "is not allowed by namespace rule"},
	{name: "image of a registry that only begins alike", pod: image("registry.example.com.evil.org/app"), refused: "is not allowed by namespace rule"},
	{name: "foreign image in an init container", pod: func(p *corev1.Pod) {
		container := p.Spec.Containers[0].DeepCopy()
		container.Name, container.Image = "init", "docker.io/library/nginx"
		p.Spec.InitContainers = []corev1.Container{*container}
	}, refused: "is not allowed by namespace rule"},
	{name: "image that is not always pulled", pod: func(p *corev1.Pod) { p.Spec.Containers[0].ImagePullPolicy = corev1.PullIfNotPresent }, refused: "pullPolicy=IfNotPresent which is not allowed"},

	// Limits.
	{name: "pod without limits", pod: func(p *corev1.Pod) { p.Spec.Containers[0].Resources = corev1.ResourceRequirements{} }, becomes: func(u made) error {
		return u.has("256Mi", "spec", "containers", "resources", "limits", "memory")
	}},
	{name: "pod over the limit range", pod: func(p *corev1.Pod) { p.Spec.Containers[0].Resources.Limits = amounts("memory", "2Gi") }, refused: "maximum memory usage per Container is 1Gi"},

	// Classes of pods, and nodes.
	{name: "allowed priority class", pod: func(p *corev1.Pod) { p.Spec.PriorityClassName = "batch" }},
	{name: "foreign priority class", pod: func(p *corev1.Pod) { p.Spec.PriorityClassName = "others" }, refused: "others is forbidden"},
	{name: "allowed runtime class", pod: func(p *corev1.Pod) { p.Spec.RuntimeClassName = new("gvisor") }},
	{name: "foreign runtime class", pod: func(p *corev1.Pod) { p.Spec.RuntimeClassName = new("others") }, refused: "others is forbidden"},
	{name: "foreign node", pod: func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"example.com/pool": "others"} }, refused: "pod node label selector conflicts with its namespace node label selector"},

	// Services.
	{name: "Service of type ClusterIP", object: `{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}`},
	{name: "Service without an address", object: `{apiVersion: v1, kind: Service, spec: {clusterIP: None, ports: [{port: 80}]}}`},
	{name: "Service of type NodePort", object: `{apiVersion: v1, kind: Service, spec: {type: NodePort, ports: [{port: 80}]}}`, refused: `service type "NodePort" at spec.type is not allowed by namespace rule`},
	{name: "Service of type LoadBalancer", object: `{apiVersion: v1, kind: Service, spec: {type: LoadBalancer, ports: [{port: 80}]}}`, refused: `service type "LoadBalancer" at spec.type is not allowed by namespace rule`},
	{name: "Service of type ExternalName", object: `{apiVersion: v1, kind: Service, spec: {type: ExternalName, externalName: example.com}}`, refused: `service type "ExternalName" at spec.type is not allowed by namespace rule`},
	{name: "Service with an external IP", object: `{apiVersion: v1, kind: Service, spec: {externalIPs: [192.0.2.1], ports: [{port: 80}]}}`, refused: "external IP"},

	// Host names.
	{name: "Ingress of its own host name", object: ingress("isolated.example.com"), becomes: func(u made) error {
		return u.has("shared", "spec", "ingressClassName")
	}},
	{name: "Ingress below its own host name", object: ingress("a.b.isolated.example.com")},
	{name: "Ingress of all below its own host name", object: ingress("'*.isolated.example.com'")},
	{name: "Ingress of another tenant's host name", object: ingress("neighbour.example.com"), refused: `ingress hostname "neighbour.example.com" at spec.rules[0].host is not allowed by namespace rule`},
	{name: "Ingress of a host name that only ends alike", object: ingress("notisolated.example.com"), refused: "is not allowed by namespace rule"},
	{name: "Ingress of all host names beside its own", object: ingress("'*.example.com'"), refused: "is not allowed by namespace rule"},
	{name: "Ingress without a host name", object: `{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {defaultBackend: {service: {name: app, port: {number: 80}}}}}`, refused: "hostname"},
	{name: "Ingress of a foreign class", object: strings.Replace(ingress("isolated.example.com"), "spec: {", "spec: {ingressClassName: others, ", 1), refused: "others is forbidden"},
	{name: "Gateway of its own host name", object: gateway("shared", "isolated.example.com"), admin: true},
	{name: "Gateway of another tenant's host name", object: gateway("shared", "neighbour.example.com"), admin: true, refused: `"neighbour.example.com" at spec.listeners[0].hostname is not allowed by namespace rule`},
	{name: "Gateway of a foreign class", object: gateway("others", "isolated.example.com"), admin: true, refused: "is forbidden"},
	{name: "HTTPRoute of its own host name", object: route("isolated.example.com"), admin: true},
	{name: "HTTPRoute of another tenant's host name", object: route("neighbour.example.com"), admin: true, refused: `"neighbour.example.com" at spec.hostnames[0] is not allowed by namespace rule`},

	// Storage.
	{name: "volume claim of an allowed class", object: claim("storageClassName: fast")},
	{name: "volume claim without a class", object: claim("volumeMode: Filesystem"), becomes: func(u made) error {
		return u.has("standard", "spec", "storageClassName")
	}},
	{name: "volume claim of a foreign class", object: claim("storageClassName: others"), refused: "others is forbidden"},
	{name: "volume claim of an existing volume", object: claim("storageClassName: fast, volumeName: others"), refused: "PersistentVolume others"},

	// Self-service, and its limits.
	{name: "network policy of its own", object: `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podSelector: {}, policyTypes: [Ingress]}}`},
	{name: "role of its own", object: `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}`},
	{name: "role binding of its own", object: `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: alice}]}`},
	{name: "quota of its own", object: `{apiVersion: v1, kind: ResourceQuota, spec: {hard: {pods: "1000"}}}`, refused: `cannot create resource "resourcequotas"`},
	{name: "limit range of its own", object: `{apiVersion: v1, kind: LimitRange, spec: {limits: [{type: Container, default: {memory: 64Gi}}]}}`, refused: `cannot create resource "limitranges"`},
	{name: "rules of its own", object: `{apiVersion: capsule.clastix.io/v1beta2, kind: RuleStatus}`, refused: `cannot create resource "rulestatuses"`},
}

// TestIsolation makes every object as the tenant, with the token of its
// reconciler.
func TestIsolation(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	offer(c, classes)
	team := c.mustTeam(isolated("isolated"), nil)
	c.mustTeam(isolated("neighbour"), nil)
	team.waitReady(c)
	waitExists(c, team.policy(), team.replicated("LimitRange"), team.replicated("ResourceQuota"), team.account())
	reconciler, err := team.client(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	for _, attempt := range attempts {
		t.Run(attempt.name, func(t *testing.T) {
			c := newCase(t)
			u := attempt.build(c)
			u.SetNamespace(team.app().Name)
			u.SetName(slug(attempt.name))
			user := reconciler
			if attempt.admin {
				user = cluster.Client
			}
			err := user.Create(c.Context(), u)
			switch {
			case attempt.refused != "":
				c.refuses(err, attempt.refused)
			case err != nil:
				c.Error(err)
			case attempt.becomes != nil:
				if err := attempt.becomes(made{u}); err != nil {
					c.Error(err)
				}
			}
		})
	}
}

func (a attempt) build(c *testCase) *unstructured.Unstructured {
	c.Helper()
	if a.pod == nil {
		return parse(c, a.object)
	}
	pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: *podSpec()}
	a.pod(pod)
	u, err := toUnstructured(pod)
	if err != nil {
		c.Fatal(err)
	}
	return u
}

// podSpec is one that everything here lets pass.
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

func securityContext(change func(*corev1.SecurityContext)) func(*corev1.Pod) {
	return func(p *corev1.Pod) { change(p.Spec.Containers[0].SecurityContext) }
}

func image(name string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Spec.Containers[0].Image = name }
}

func volume(source corev1.VolumeSource) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: source}} }
}

func ingress(host string) string {
	return expand(`{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {rules: [{host: ${host}, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}}`, "host", host)
}

func gateway(class, host string) string {
	return expand(`{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, spec: {gatewayClassName: ${class}, listeners: [{name: http, port: 80, protocol: HTTP, hostname: ${host}}]}}`, "class", class, "host", host)
}

func route(host string) string {
	return expand(`{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, spec: {hostnames: [${host}]}}`, "host", host)
}

func claim(spec string) string {
	return expand(`{apiVersion: v1, kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, ${spec}}}`, "spec", spec)
}

// has checks one field, in the first entry of whatever list is on the way.
func (m made) has(want string, path ...string) error {
	var value any = m.Object
	for _, key := range path {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		fields, _ := value.(map[string]any)
		value = fields[key]
	}
	if got := fmt.Sprint(value); got != want {
		return fmt.Errorf("%s is %s, want %s", strings.Join(path, "."), got, want)
	}
	return nil
}

// refuses checks that a request was refused, and in which words.
func (c *testCase) refuses(err error, says string) {
	c.Helper()
	if err == nil {
		c.Errorf("it was let pass, want a refusal with %q", says)
		return
	}
	c.outcome = refused
	contains(c, err.Error(), says)
}

// offer applies objects, a YAML list, as the platform does.
func offer(c *testCase, list string) {
	c.Helper()
	var objects []map[string]any
	if err := yaml.Unmarshal([]byte(list), &objects); err != nil {
		c.Fatal(err)
	}
	for _, object := range objects {
		if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{&unstructured.Unstructured{Object: object}}); err != nil {
			c.Fatal(err)
		}
	}
}

func parse(c *testCase, text string) *unstructured.Unstructured {
	c.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), u); err != nil {
		c.Fatal(err)
	}
	return u
}

// replicated is the object of a kind that the bundle puts into each namespace,
// as it should be in the app's.
func (t *team) replicated(kind string) *unstructured.Unstructured {
	for _, item := range t.Isolation.Spec.Resources[0].RawItems {
		u := &unstructured.Unstructured{}
		if err := json.Unmarshal(item.Raw, u); err == nil && u.GetKind() == kind {
			u.SetNamespace(t.app().Name)
			return u
		}
	}
	return &unstructured.Unstructured{}
}

// policy is what Capsule makes of the Tenant's network policy in the app's
// namespace.
func (t *team) policy() *networkingv1.NetworkPolicy {
	policy := &networkingv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Namespace: t.app().Name, Name: "capsule-" + t.name + "-0"},
	}
	//lint:ignore SA1019 what the isolation of package tenant goes by, see there
	for _, spec := range t.Tenant.Spec.NetworkPolicies.Items {
		policy.Spec = spec
	}
	return policy
}

// account is the one that pods have by default.
func (t *team) account() *corev1.ServiceAccount {
	return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: t.app().Name, Name: "default"}}
}

func amounts(pairs ...string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for i := 0; i < len(pairs); i += 2 {
		list[corev1.ResourceName(pairs[i])] = resource.MustParse(pairs[i+1])
	}
	return list
}

// TestIsolationStays: the tenant can neither change nor delete what is put into
// its namespaces, nor change what is set on them.
func TestIsolationStays(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	offer(c, classes)
	team := c.mustTeam(isolated("steady"), nil)
	team.waitReady(c)
	policy := team.policy()
	waitExists(c, policy.DeepCopy(), team.replicated("LimitRange"), team.replicated("ResourceQuota"))
	reconciler, err := team.client(c.Context())
	if err != nil {
		c.Fatal(err)
	}

	for _, kind := range []string{"LimitRange", "ResourceQuota"} {
		t.Run("content of the "+kind, func(t *testing.T) {
			c := newCase(t)
			want, got := team.replicated(kind), team.replicated(kind)
			waitExists(c, got)
			if diff := cmp.Diff(want.Object["spec"], got.Object["spec"]); diff != "" {
				c.Errorf("(-built +replicated):\n%s", diff)
			}
		})
	}

	t.Run("content of the NetworkPolicy", func(t *testing.T) {
		c := newCase(t)
		got := team.policy()
		waitExists(c, got)
		if diff := cmp.Diff(team.policy().Spec, got.Spec); diff != "" {
			c.Errorf("(-built +made):\n%s", diff)
		}
	})

	const byCapsuleSays = "Labeling resources as controller managed can only be done by the controller or administrators"
	for _, row := range []struct {
		name    string
		request func(ctx context.Context) error
		refused string
	}{
		{"patch of the network policy", func(ctx context.Context) error {
			return reconciler.Patch(ctx, policy.DeepCopy(), mergePatch(`{"spec":{"policyTypes":["Ingress"]}}`))
		}, byCapsuleSays},
		{"network policy without Capsule's labels", func(ctx context.Context) error {
			return reconciler.Patch(ctx, policy.DeepCopy(), mergePatch(`{"metadata":{"labels":null}}`))
		}, byCapsuleSays},
		{"server-side apply over the network policy", func(ctx context.Context) error {
			open := team.policy()
			open.Spec = networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}}
			return ServerSideApply(ctx, reconciler, []client.Object{open})
		}, byCapsuleSays},
		{"deletion of the network policy", func(ctx context.Context) error { return reconciler.Delete(ctx, policy.DeepCopy()) }, byCapsuleSays},
		{"deletion of all network policies", func(ctx context.Context) error {
			return reconciler.DeleteAllOf(ctx, &networkingv1.NetworkPolicy{}, client.InNamespace(policy.GetNamespace()))
		}, byCapsuleSays},
		{"patch of the quota", func(ctx context.Context) error {
			return reconciler.Patch(ctx, team.replicated("ResourceQuota"), mergePatch(`{"spec":{"hard":{"pods":"1000"}}}`))
		}, `cannot patch resource "resourcequotas"`},
		{"deletion of the quota", func(ctx context.Context) error { return reconciler.Delete(ctx, team.replicated("ResourceQuota")) }, `cannot delete resource "resourcequotas"`},
		{"deletion of the limit range", func(ctx context.Context) error { return reconciler.Delete(ctx, team.replicated("LimitRange")) }, `cannot delete resource "limitranges"`},
		{"patch of the replication", func(ctx context.Context) error {
			return reconciler.Patch(ctx, team.Isolation.DeepCopy(), mergePatch(`{"spec":{"cordoned":true}}`))
		}, `cannot patch resource "globaltenantresources"`},
		{"Service that becomes a NodePort", func(ctx context.Context) error {
			service := parse(c, `{apiVersion: v1, kind: Service, metadata: {name: turns}, spec: {ports: [{port: 80}]}}`)
			service.SetNamespace(policy.GetNamespace())
			if err := reconciler.Create(ctx, service); err != nil {
				return fmt.Errorf("before: %w", err)
			}
			return reconciler.Patch(ctx, service, mergePatch(`{"spec":{"type":"NodePort"}}`))
		}, `service type "NodePort" at spec.type is not allowed by namespace rule`},
		{"nodes of the cluster", func(ctx context.Context) error { return reconciler.List(ctx, &corev1.NodeList{}) }, `cannot list resource "nodes"`},
		{"objects of another tenant", func(ctx context.Context) error {
			return reconciler.List(ctx, &corev1.SecretList{}, client.InNamespace("isolated-app"))
		}, `cannot list resource "secrets" in API group "" in the namespace "isolated-app"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCase(t)
			c.refuses(row.request(c.Context()), row.refused)
		})
	}

	for name, patch := range map[string]string{
		"laxer Pod Security level": `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}`,
		"no Pod Security level":    `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":null}}}`,
		"old version of the level": `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce-version":"v1.0"}}}`,
		"no version of the level":  `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce-version":null}}}`,
		"no labels at all":         `{"metadata":{"labels":null}}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCase(t)
			c.refuses(reconciler.Patch(c.Context(), team.app(), mergePatch(patch)), "pod-security.kubernetes.io/enforce")
			checkPodSecurity(c, team.app().Name, "restricted")
		})
	}
	t.Run("new namespace with a laxer level", func(t *testing.T) {
		c := newCase(t)
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "steady-lax", Labels: map[string]string{
			"pod-security.kubernetes.io/enforce": "privileged", "pod-security.kubernetes.io/enforce-version": "v1.0",
		}}}
		if err := reconciler.Create(c.Context(), namespace); err != nil {
			c.Fatal(err)
		}
		checkPodSecurity(c, namespace.Name, "restricted")
	})
	t.Run("other nodes for the namespace", func(t *testing.T) {
		c := newCase(t)
		const key = "scheduler.alpha.kubernetes.io/node-selector"
		for _, value := range []string{`"example.com/pool=others"`, "null"} {
			namespace := team.app()
			if err := reconciler.Patch(c.Context(), namespace, mergePatch(`{"metadata":{"annotations":{"`+key+`":`+value+`}}}`)); err != nil {
				c.Log(err)
			}
			waitExists(c, namespace)
			if got := namespace.Annotations[key]; got != "example.com/pool=steady" {
				c.Errorf("with %s the annotation becomes %q", value, got)
			}
		}
	})

	t.Run("level that the platform changes", func(t *testing.T) {
		c := newCase(t)
		spec := isolated("steady")
		spec.Isolation.PodSecurity = tenant.PodSecurityBaseline
		c.mustTeam(spec, nil)
		err := eventually(c.Context(), patience, func(ctx context.Context) error {
			namespace := team.app()
			if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(namespace), namespace); err != nil {
				return err
			}
			if got := namespace.Labels["pod-security.kubernetes.io/enforce"]; got != "baseline" {
				return fmt.Errorf("the level is %q, want baseline", got)
			}
			return nil
		})
		if err != nil {
			c.Error(err)
		}
	})

	t.Run("namespace that the tenant deletes", func(t *testing.T) {
		c := newCase(t)
		begin := time.Now()
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "steady-lax"}}
		err := eventually(c.Context(), patience, func(ctx context.Context) error { return reconciler.Delete(ctx, namespace) })
		if err != nil {
			c.Fatal(err) // the role binding in a new namespace takes a moment
		}
		waitGone(c, namespace)
		c.detail = fmt.Sprintf("gone after %s", time.Since(begin).Round(100*time.Millisecond))
	})

	t.Run("tenant that leaves", func(t *testing.T) {
		c := newCase(t)
		begin := time.Now()
		remove(c, team.Objects()...)
		team.waitGone(c)
		c.detail = fmt.Sprintf("gone after %s", time.Since(begin).Round(100*time.Millisecond))
	})
}

func checkPodSecurity(c *testCase, name, level string) {
	c.Helper()
	namespace := &corev1.Namespace{}
	if err := cluster.Client.Get(c.Context(), client.ObjectKey{Name: name}, namespace); err != nil {
		c.Fatal(err)
	}
	want := map[string]string{"pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/enforce-version": "latest"}
	for key, value := range want {
		if got := namespace.Labels[key]; got != value {
			c.Errorf("namespace %s: label %s is %q, want %q", name, key, got, value)
		}
	}
}

// TestIsolationAdopts: network policies of the names that Capsule takes, which
// the tenant's git holds beside its first namespace, do not stay what they are.
func TestIsolationAdopts(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	team := c.mustTeam(tenant.Spec{Name: "first", Isolation: tenant.Isolation{Profile: tenant.Baseline}}, map[string]string{"policy.yaml": `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: capsule-first-0, namespace: first-app}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}
`})
	begin := time.Now()
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		got := team.policy()
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(got), got); err != nil {
			return err
		}
		if diff := cmp.Diff(team.policy().Spec, got.Spec); diff != "" {
			return fmt.Errorf("the policy (-want +got):\n%s", diff)
		}
		return nil
	})
	if err != nil {
		c.Error(err)
	}
	c.detail = fmt.Sprintf("the platform's after %s", time.Since(begin).Round(100*time.Millisecond))
}

// TestIsolationLater gives an isolation to a tenant that has namespaces already.
func TestIsolationLater(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	team := c.mustTeam(tenant.Spec{Name: "settled"}, nil)
	team.waitReady(c)
	begin := time.Now()
	team = c.mustTeam(tenant.Spec{Name: "settled", Isolation: tenant.Isolation{Profile: tenant.Restricted}}, nil)
	waitExists(c, team.policy(), team.replicated("LimitRange"), team.replicated("ResourceQuota"))
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		namespace := team.app()
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(namespace), namespace); err != nil {
			return err
		}
		if got := namespace.Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
			return fmt.Errorf("the Pod Security level is %q, want restricted", got)
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	c.detail = fmt.Sprintf("in force after %s", time.Since(begin).Round(100*time.Millisecond))
	waitReady(c, team.Tenant, team.Kustomization)
}

// TestQuota: the tenant's namespaces, what each may use, and what all may use
// together.
func TestQuota(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	team := c.mustTeam(tenant.Spec{Name: "metered", Quota: tenant.Quota{
		Namespaces:   2,
		Hard:         amounts("count/secrets", "5"),
		PerNamespace: amounts("pods", "2", "limits.memory", "1Gi"),
	}}, nil)
	team.waitReady(c)
	second := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "metered-second"}}
	reconciler, err := team.client(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	if err := reconciler.Create(c.Context(), second); err != nil {
		c.Fatal(err)
	}

	t.Run("namespace over the number of namespaces", func(t *testing.T) {
		c := newCase(t)
		err := eventually(c.Context(), patience, func(ctx context.Context) error {
			got := team.Tenant.DeepCopy()
			if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(got), got); err != nil {
				return err
			}
			if got.Status.Size != 2 { // what Capsule goes by
				return fmt.Errorf("the Tenant counts %d namespaces, want 2", got.Status.Size)
			}
			return nil
		})
		if err != nil {
			c.Fatal(err)
		}
		c.refuses(reconciler.Create(c.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "metered-third"}}), "amespace")
	})
	t.Run("pod over the quota of its namespace", func(t *testing.T) {
		c := newCase(t)
		waitExists(c, team.replicated("ResourceQuota"), team.account())
		waitCounted(c, team.replicated("ResourceQuota"))
		for _, name := range []string{"one", "two"} {
			if err := reconciler.Create(c.Context(), teamPod(team.app().Name, name)); err != nil {
				c.Fatal(err)
			}
		}
		c.refuses(reconciler.Create(c.Context(), teamPod(team.app().Name, "three")), "exceeded quota: isolation")
	})
	t.Run("pod in another namespace of the tenant", func(t *testing.T) {
		c := newCase(t)
		err := eventually(c.Context(), patience, func(ctx context.Context) error {
			return reconciler.Create(ctx, teamPod(second.Name, "one"))
		})
		if err != nil {
			c.Error(err)
		}
	})
	t.Run("pod over the memory of its namespace", func(t *testing.T) {
		c := newCase(t)
		pod := teamPod(second.Name, "large")
		pod.Spec.Containers[0].Resources.Limits = amounts("memory", "2Gi")
		c.refuses(reconciler.Create(c.Context(), pod), "exceeded quota: isolation")
	})
	t.Run("Secrets over what all namespaces share", func(t *testing.T) {
		c := newCase(t)
		var last error
		made := 0
		for i := range 8 {
			namespace := []string{team.app().Name, second.Name}[i%2]
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("s-%d", i)}}
			if last = reconciler.Create(c.Context(), secret); last == nil {
				made++
			}
		}
		c.detail = fmt.Sprintf("%d of 8 made", made)
		if made != 5 {
			c.Errorf("%d Secrets were made in two namespaces, want 5", made)
		}
		c.refuses(last, "quota")
	})
}

func teamPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: *podSpec()}
}

// waitCounted waits until a ResourceQuota's status tells what is used.
func waitCounted(c *testCase, quota client.Object) {
	c.Helper()
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		got := &corev1.ResourceQuota{}
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(quota), got); err != nil {
			return err
		}
		if len(got.Status.Hard) == 0 {
			return fmt.Errorf("the quota has no status yet")
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
}

// TestResourcePool: namespaces of a tenant claim their parts of a pool, and no
// more than there is.
func TestResourcePool(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	team := c.mustTeam(tenant.Spec{Name: "pooled"}, nil)
	team.waitReady(c)
	waitExists(c, team.account())
	pool, err := capsule.ResourcePool("pooled", amounts("limits.memory", "1Gi"),
		capsule.TenantNamespaces("pooled"), capsule.DefaultsZero(true))
	if err != nil {
		c.Fatal(err)
	}
	if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{pool}); err != nil {
		c.Fatal(err)
	}
	namespace := team.app().Name
	claim := func(c *testCase, name, memory string) *capsulev1beta2.ResourcePoolClaim {
		c.Helper()
		claim, err := capsule.ResourcePoolClaim(namespace, name, "pooled", amounts("limits.memory", memory))
		if err != nil {
			c.Fatal(err)
		}
		return claim
	}
	reconciler, err := team.client(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	pod := teamPod(namespace, "large")
	pod.Spec.Containers[0].Resources.Limits = amounts("memory", "512Mi")

	t.Run("pod without a claim", func(t *testing.T) {
		c := newCase(t)
		err := eventually(c.Context(), patience, func(ctx context.Context) error {
			if err := reconciler.Create(ctx, pod.DeepCopy(), client.DryRunAll); !apierrors.IsForbidden(err) {
				return fmt.Errorf("created without a claim: %v", err)
			}
			return nil
		})
		if err != nil {
			c.Fatal(err)
		}
		c.refuses(reconciler.Create(c.Context(), pod.DeepCopy()), "exceeded quota")
	})
	t.Run("pod within a claim", func(t *testing.T) {
		c := newCase(t)
		if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{claim(c, "half", "512Mi")}); err != nil {
			c.Fatal(err)
		}
		err := eventually(c.Context(), patience, func(ctx context.Context) error { return reconciler.Create(ctx, pod.DeepCopy()) })
		if err != nil {
			c.Error(err)
		}
	})
	t.Run("claim of more than is left", func(t *testing.T) {
		c := newCase(t)
		greedy := claim(c, "greedy", "768Mi")
		if err := ServerSideApply(c.Context(), cluster.Client, []client.Object{greedy}); err != nil {
			c.refuses(err, "pool")
			return
		}
		err := eventually(c.Context(), patience, func(ctx context.Context) error {
			if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(greedy), greedy); err != nil {
				return err
			}
			exhausted := greedy.Status.Conditions.GetConditionByType("Exhausted")
			if exhausted == nil || exhausted.Status != metav1.ConditionTrue {
				return fmt.Errorf("the claim is not refused: %v", greedy.Status.Conditions)
			}
			c.detail = exhausted.Message
			return nil
		})
		if err != nil {
			c.Fatal(err)
		}
		next := teamPod(namespace, "next")
		next.Spec.Containers[0].Resources.Limits = amounts("memory", "512Mi")
		c.refuses(reconciler.Create(c.Context(), next), "exceeded quota")
	})
}
