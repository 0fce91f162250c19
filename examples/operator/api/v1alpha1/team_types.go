// Package v1alpha1 is the API of the example's operator: a Team is a tenant.
//
// +kubebuilder:object:generate=true
// +groupName=example.com
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// GroupVersion is that of the Team.
var GroupVersion = schema.GroupVersion{Group: "example.com", Version: "v1alpha1"}

// AddToScheme adds the Team and its list to a scheme.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion, &Team{}, &TeamList{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}

// A Team is a tenant of the platform.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster
// +kubebuilder:printcolumn:name=Ready,type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name=Reason,type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name=Age,type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.spec.name == self.metadata.name",message="spec.name must be the Team's name"
// +kubebuilder:validation:XValidation:rule="has(self.spec.home) == has(oldSelf.spec.home) && (!has(self.spec.home) || self.spec.home == oldSelf.spec.home)",message="spec.home must not change: what the tenant has is there"
type Team struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the spec of the tenant.
	Spec tenant.Spec `json:"spec"`

	// Status is the state of the tenant.
	Status TeamStatus `json:"status,omitzero"`
}

// TeamStatus is the state of a Team.
type TeamStatus struct {
	// Conditions are Valid and Ready.
	//
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// Accepted is the last spec that was valid: what the cluster has, and what other
	// Teams are checked against.
	Accepted *tenant.Spec `json:"accepted,omitempty"`
}

// TeamList is a list of Teams.
//
// +kubebuilder:object:root=true
type TeamList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Team `json:"items"`
}
