package tenant

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Isolation is what the tenant's namespaces are held to. A Profile fills the
// fields that are left out.
//
// The home namespace is not one of them: see Spec.HomeWorkloads.
//
// +kubebuilder:object:generate=true
type Isolation struct {
	// Profile fills the fields that are left out, here and in Spec.Quota; the default
	// is Baseline. What it fills can be replaced, not removed: "isolate: false", or a
	// podSecurity of privileged, is a replacement. NoProfile fills nothing.
	//
	// +kubebuilder:default=baseline
	Profile Profile `json:"profile,omitempty"`

	// Network is what the tenant's pods may talk to.
	Network Network `json:"network,omitzero"`

	// PodSecurity is the Pod Security Standard that Kubernetes enforces in every
	// namespace of the tenant, in its latest version. The tenant cannot change it.
	PodSecurity PodSecurity `json:"podSecurity,omitempty"`

	// LimitRange bounds pods, containers and volume claims one by one, and says
	// what a container requests that does not say so itself.
	LimitRange []corev1.LimitRangeItem `json:"limitRange,omitempty"`

	// Registries are where the tenant's images may come from: a host, as in
	// "registry.example.com", or a part of one, as in "ghcr.io/org". An image has
	// to be written with its registry: "nginx" is refused where "docker.io" is
	// allowed, and "docker.io/library/nginx" is not.
	//
	// +kubebuilder:validation:items:Pattern=`^([a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9-]+(\.[a-z0-9-]+)*:[0-9]+)(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`
	Registries []string `json:"registries,omitempty"`

	// PullPolicies are the allowed imagePullPolicy of containers and volumes. With
	// Always a private image on a node is of no use to who may not pull it.
	//
	// +kubebuilder:validation:items:Enum=Always;IfNotPresent;Never
	PullPolicies []corev1.PullPolicy `json:"pullPolicies,omitempty"`

	// ServiceTypes are the types of Services the tenant may make: ClusterIP,
	// NodePort, LoadBalancer, ExternalName. Where they are given, no Service may
	// have externalIPs either, which take traffic that is meant for others.
	//
	// +kubebuilder:validation:items:Enum=ClusterIP;NodePort;LoadBalancer;ExternalName
	ServiceTypes []corev1.ServiceType `json:"serviceTypes,omitempty"`

	// Hostnames are those that the tenant's Ingresses, OpenShift Routes and
	// Gateway API objects may have; "*.example.com" is every name below
	// example.com. An object without a host name, which would take all, is then
	// refused.
	//
	// +kubebuilder:validation:items:Pattern=`^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Hostnames []string `json:"hostnames,omitempty"`

	// StorageClasses are what the tenant's PersistentVolumeClaims may use.
	StorageClasses *Classes `json:"storageClasses,omitempty"`

	// IngressClasses are what the tenant's Ingresses may use.
	IngressClasses *Classes `json:"ingressClasses,omitempty"`

	// GatewayClasses are what the tenant's Gateways may use.
	GatewayClasses *Classes `json:"gatewayClasses,omitempty"`

	// PriorityClasses are what the tenant's pods may use. A pod that names none is
	// let through, unless the cluster has a default that is not among them.
	PriorityClasses *Classes `json:"priorityClasses,omitempty"`

	// RuntimeClasses are what the tenant's pods may use. A pod may name none.
	RuntimeClasses *Classes `json:"runtimeClasses,omitempty"`

	// NodeSelector is the labels of the nodes on which the tenant's pods run. It
	// needs the API server's admission plugin PodNodeSelector, which is off by
	// default. It does not keep others away from the nodes: for that, give all
	// tenants a selector, or taint the nodes.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
}

// Network is what a tenant's pods may talk to. It takes effect where the
// cluster's network enforces NetworkPolicies.
//
// The tenant can neither change nor delete the policy, but as the admin of its
// namespaces it can add others, which only ever allow more: it can let others
// in, and its own pods out. It cannot make another tenant let it in.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:XValidation:rule="!(has(self.from) || has(self.to) || has(self.toIPs)) || (has(self.isolate) && self.isolate)",message="from, to and toIPs are exceptions from isolate: true"
type Network struct {
	// Isolate lets the tenant's pods connect to each other, to whichever of its
	// namespaces they belong, and to the DNS server in kube-system; and to nothing
	// else. The API server is not excepted.
	Isolate *bool `json:"isolate,omitempty"`

	// From are namespaces whose pods may connect to the tenant's too, such as the
	// ingress controller's.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	From []string `json:"from,omitempty"`

	// To are namespaces to whose pods the tenant's may connect too.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	To []string `json:"to,omitempty"`

	// ToIPs are addresses to which the tenant's pods may connect too. Most networks
	// take 0.0.0.0/0 for the cluster's own addresses as well, and for the cloud's
	// metadata service at 169.254.169.254: except those.
	ToIPs []networkingv1.IPBlock `json:"toIPs,omitempty"`
}

// Classes are the classes of a kind that the tenant may use: those named, those
// selected, and the default. With none of these it may use none at all.
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
