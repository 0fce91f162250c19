package tenant

import (
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	corev1 "k8s.io/api/core/v1"
)

// An Owner owns the tenant beside its reconciler.
type Owner struct {
	// Kind is User, Group or ServiceAccount.
	Kind rbac.OwnerKind `json:"kind"`

	// Name is the name the API server authenticates the owner under; of a
	// ServiceAccount system:serviceaccount:<namespace>:<name>.
	Name string `json:"name"`

	// ClusterRoles are held in every namespace of the tenant. The default is
	// Capsule's: admin and capsule-namespace-deleter.
	ClusterRoles []string `json:"clusterRoles,omitempty"`
}

// Quota limits a tenant. Zero means no limit.
type Quota struct {
	// Namespaces is how many namespaces the tenant may have.
	Namespaces int32 `json:"namespaces,omitempty"`

	// Hard is what all namespaces of the tenant may use together, by the names a
	// ResourceQuota has for it: "limits.memory", "pods", "count/jobs.batch".
	Hard corev1.ResourceList `json:"hard,omitempty"`

	// PerNamespace is what each namespace of the tenant may use.
	PerNamespace corev1.ResourceList `json:"perNamespace,omitempty"`
}
