package v1beta1

import (
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// GlobalProxySettings lets subjects read cluster-scoped objects through the
// proxy, whether they own a tenant or not.
type GlobalProxySettings struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	Spec   GlobalProxySettingsSpec `json:"spec,omitzero"`
	Status Status                  `json:"status,omitzero"`
}

// GlobalProxySettingsSpec is the desired state.
type GlobalProxySettingsSpec struct {
	// Rules are at least one.
	Rules []GlobalSubjectSpec `json:"rules"`
}

// GlobalSubjectSpec lists the objects that some subjects may read.
type GlobalSubjectSpec struct {
	// Subjects are Capsule users, at least one.
	Subjects []GlobalSubject `json:"subjects"`

	// ClusterResources are the objects that they may read.
	ClusterResources []ClusterResource `json:"clusterResources,omitempty"`
}

// GlobalSubject is a user, a group or a ServiceAccount, by its name at the API
// server.
type GlobalSubject struct {
	Kind rbac.OwnerKind `json:"kind"`
	Name string         `json:"name"`
}

// ClusterResource is a set of cluster-scoped objects.
type ClusterResource struct {
	// APIGroups are groups, or groups with a version. "*" alone means all; the empty
	// string is the core group.
	APIGroups []string `json:"apiGroups"`

	// Resources are resources, in the plural. "*" alone means all.
	Resources []string `json:"resources"`

	// Operations are List, which includes Get, and Get. An empty list means both.
	Operations []ClusterResourceOperation `json:"operations,omitempty"`

	// Selector matches objects by their labels. The selectors of all the
	// resources that apply to a request must match.
	Selector *metav1.LabelSelector `json:"selector"`
}

// ClusterResourceOperation is an operation on a [ClusterResource].
type ClusterResourceOperation string

const (
	// ClusterResourceOperationList lists and gets objects.
	ClusterResourceOperationList ClusterResourceOperation = "List"

	// ClusterResourceOperationGet gets single objects.
	ClusterResourceOperationGet ClusterResourceOperation = "Get"
)

// GlobalProxySettingsList is a list of GlobalProxySettings.
type GlobalProxySettingsList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`

	Items []GlobalProxySettings `json:"items"`
}

// ProxySetting lets more subjects read the objects of its namespace's tenant through
// the proxy.
type ProxySetting struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	Spec   ProxySettingSpec `json:"spec,omitzero"`
	Status Status           `json:"status,omitzero"`
}

// ProxySettingSpec is the desired state.
type ProxySettingSpec struct {
	// Subjects are at least one.
	Subjects []OwnerSpec `json:"subjects"`
}

// OwnerSpec is a subject and the objects that it may read.
type OwnerSpec struct {
	Kind rbac.OwnerKind `json:"kind"`
	Name string         `json:"name"`

	// ClusterResources are what it may read.
	ClusterResources []ClusterResource `json:"clusterResources,omitempty"`

	// ProxyOperations are kinds that the proxy knows by itself.
	//
	// Deprecated: Use GlobalProxySettings.
	ProxyOperations []rbac.ProxySettings `json:"proxySettings,omitempty"`
}

// ProxySettingList is a list of ProxySettings.
type ProxySettingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`

	Items []ProxySetting `json:"items"`
}

// Status is the status of both kinds.
type Status struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}
