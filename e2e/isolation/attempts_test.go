package isolation_test

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// An attempt is an object that a tenant makes in its namespace. ${name} is the
// name of the tenant.
type attempt struct {
	name    string
	object  string             // in YAML, without metadata
	pod     func(*corev1.Pod)  // or a change to a pod that is accepted
	refused string             // what the refusal says; empty if it is accepted
	becomes func(u made) error // checks what is accepted
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

func (a attempt) build(c *harness.Case) *unstructured.Unstructured {
	c.Helper()
	if a.pod == nil {
		return parse(c, a.object)
	}
	pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: *podSpec()}
	a.pod(pod)
	u, err := harness.ToUnstructured(pod)
	c.Must(err)
	return u
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
	return harness.Expand(`{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {rules: [{host: ${host}, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}}`, "host", host)
}

func gateway(class, host string) string {
	return harness.Expand(`{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, spec: {gatewayClassName: ${class}, listeners: [{name: http, port: 80, protocol: HTTP, hostname: ${host}}]}}`, "class", class, "host", host)
}

func route(host string) string {
	return harness.Expand(`{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, spec: {hostnames: [${host}]}}`, "host", host)
}

func claim(spec string) string {
	return harness.Expand(`{apiVersion: v1, kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, ${spec}}}`, "spec", spec)
}

// has checks one field, in the first entry of each list on the path.
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
