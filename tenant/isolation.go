package tenant

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Isolation limits the tenant's namespaces. A Profile fills empty fields. Isolation
// needs Capsule 0.14: an older version drops the unknown rules and accepts the rest.
//
// It does not limit the home namespace: see Spec.HomeWorkloads.
//
// +kubebuilder:object:generate=true
type Isolation struct {
	// Profile fills empty fields, here and in Spec.Quota; the default is Baseline. Its
	// values can be replaced, not removed: "isolate: false", or a podSecurity of
	// privileged, is a replacement. NoProfile fills nothing.
	//
	// +kubebuilder:default=baseline
	Profile Profile `json:"profile,omitempty"`

	// Network limits the connections of the tenant's pods.
	Network Network `json:"network,omitzero"`

	// PodSecurity is the Pod Security Standard that Kubernetes enforces in every
	// namespace of the tenant, in its latest version. The tenant cannot change it.
	PodSecurity PodSecurity `json:"podSecurity,omitempty"`

	// LimitRange bounds each pod, container and volume claim, and sets default requests
	// and limits of containers.
	LimitRange []corev1.LimitRangeItem `json:"limitRange,omitempty"`

	// Registries are the allowed sources of the tenant's images: a host, as in
	// "registry.example.com", or a part of one, as in "ghcr.io/org". An image must be
	// written with its registry: where "docker.io" is allowed, "docker.io/library/nginx"
	// is accepted and "nginx" is refused.
	//
	// +kubebuilder:validation:items:Pattern=`^([a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9-]+(\.[a-z0-9-]+)*:[0-9]+)(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`
	Registries []string `json:"registries,omitempty"`

	// PullPolicies are the allowed imagePullPolicy of containers and volumes. With
	// Always, a private image on a node cannot be used without the right to pull it.
	//
	// +kubebuilder:validation:items:Enum=Always;IfNotPresent;Never
	PullPolicies []corev1.PullPolicy `json:"pullPolicies,omitempty"`

	// ServiceTypes are the types of Services the tenant may make: ClusterIP, NodePort,
	// LoadBalancer, ExternalName. If set, Services may not have externalIPs either,
	// which take traffic that is meant for others.
	//
	// +kubebuilder:validation:items:Enum=ClusterIP;NodePort;LoadBalancer;ExternalName
	ServiceTypes []corev1.ServiceType `json:"serviceTypes,omitempty"`

	// Hostnames are the allowed host names of the tenant's Ingresses, OpenShift Routes
	// and Gateway API objects; "*.example.com" allows every name below example.com. If
	// set, an object without a host name, which would take all, is refused.
	//
	// +kubebuilder:validation:items:Pattern=`^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Hostnames []string `json:"hostnames,omitempty"`

	// StorageClasses limit the tenant's PersistentVolumeClaims.
	StorageClasses *Classes `json:"storageClasses,omitempty"`

	// IngressClasses limit the tenant's Ingresses.
	IngressClasses *Classes `json:"ingressClasses,omitempty"`

	// GatewayClasses limit the tenant's Gateways.
	GatewayClasses *Classes `json:"gatewayClasses,omitempty"`

	// PriorityClasses limit the tenant's pods. A pod that names none is accepted, unless
	// the cluster's default class is not allowed.
	PriorityClasses *Classes `json:"priorityClasses,omitempty"`

	// RuntimeClasses limit the tenant's pods. A pod may name none.
	RuntimeClasses *Classes `json:"runtimeClasses,omitempty"`

	// NodeSelector has the labels of the nodes that run the tenant's pods. It needs the
	// API server's admission plugin PodNodeSelector, which is off by default. It does
	// not keep others away from the nodes: for that, give all tenants a selector, or
	// taint the nodes.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
}

// Network limits the connections of a tenant's pods. It takes effect if the cluster's
// network enforces NetworkPolicies.
//
// The tenant can neither change nor delete the policy, but as the admin of its
// namespaces it can add others, which can only allow more: it can open its own pods
// to others, and other targets to its pods. It cannot make another tenant let it in.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:XValidation:rule="!(has(self.from) || has(self.to) || has(self.toIPs)) || (has(self.isolate) && self.isolate)",message="from, to and toIPs are exceptions from isolate: true"
type Network struct {
	// Isolate allows the tenant's pods to connect only to each other, in all its
	// namespaces, and to the DNS server in kube-system. The API server is not an exception.
	Isolate *bool `json:"isolate,omitempty"`

	// From are further namespaces whose pods may connect to the tenant's pods, such as
	// the ingress controller's.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	From []string `json:"from,omitempty"`

	// To are further namespaces to whose pods the tenant's pods may connect.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	To []string `json:"to,omitempty"`

	// ToIPs are further addresses to which the tenant's pods may connect. With most
	// networks 0.0.0.0/0 includes the cluster's own addresses and the cloud's metadata
	// service at 169.254.169.254: except those.
	ToIPs []networkingv1.IPBlock `json:"toIPs,omitempty"`
}

// Classes are the classes of a kind that the tenant may use: the named, the selected,
// and the default class. An empty Classes allows none.
//
// +kubebuilder:object:generate=true
type Classes struct {
	// Allowed are the classes' names.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Allowed []string `json:"allowed,omitempty"`

	// Selector matches classes by their labels. An empty one matches none.
	Selector metav1.LabelSelector `json:"selector,omitzero"`

	// Default is given to objects that name no class. It counts as allowed.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Default string `json:"default,omitempty"`
}

// PodSecurity is a level of the Pod Security Standards.
//
// See https://kubernetes.io/docs/concepts/security/pod-security-standards/
//
// +kubebuilder:validation:Enum=privileged;baseline;restricted
type PodSecurity string

// The levels of the Pod Security Standards.
const (
	PodSecurityPrivileged PodSecurity = "privileged" // no restriction
	PodSecurityBaseline   PodSecurity = "baseline"   // no known privilege escalation
	PodSecurityRestricted PodSecurity = "restricted" // hardened
)
