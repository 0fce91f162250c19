package model

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// Kinds that the rules name.
var (
	SecretKind        = schema.GroupKind{Kind: "Secret"}
	ConfigMapKind     = schema.GroupKind{Kind: "ConfigMap"}
	NamespaceKind     = schema.GroupKind{Kind: "Namespace"}
	AccountKind       = schema.GroupKind{Kind: "ServiceAccount"}
	RoleKind          = schema.GroupKind{Group: rbacv1.GroupName, Kind: "Role"}
	ClusterRoleKind   = schema.GroupKind{Group: rbacv1.GroupName, Kind: "ClusterRole"}
	FluxInstanceKind  = schema.GroupKind{Group: names.FluxOperator, Kind: "FluxInstance"}
	ResourceSetKind   = schema.GroupKind{Group: names.FluxOperator, Kind: "ResourceSet"}
	InputProviderKind = schema.GroupKind{Group: names.FluxOperator, Kind: "ResourceSetInputProvider"}
	OCIRepositoryKind = schema.GroupKind{Group: FluxGroup("source"), Kind: "OCIRepository"}
	ProviderKind      = schema.GroupKind{Group: FluxGroup("notification"), Kind: "Provider"}
	KustomizationFile = schema.GroupKind{Group: "kustomize.config.k8s.io", Kind: "Kustomization"}
)

// CapsuleGroup is the API group of Capsule.
const CapsuleGroup = "capsule.clastix.io"

// FluxGroup returns the API group of a Flux controller's kinds.
func FluxGroup(name string) string { return name + ".toolkit.fluxcd.io" }

// IsFlux reports whether a kind is one of Flux's controllers.
func IsFlux(gk schema.GroupKind) bool { return strings.HasSuffix(gk.Group, ".toolkit.fluxcd.io") }

// IsCapsule reports whether a kind is one of Capsule's or Capsule Proxy's.
func IsCapsule(gk schema.GroupKind) bool { return gk.Group == CapsuleGroup }

// Current returns the version of a kind that is served today, for the kinds that
// the audit reads.
func Current(gk schema.GroupKind) (schema.GroupVersionKind, bool) {
	gvk, ok := currentVersions()[gk]
	return gvk, ok
}

// Kinds returns the kinds that the rules read, in a fixed order: those of
// Kubernetes and of other projects, then those of Flux and Capsule.
func Kinds() []schema.GroupKind {
	kinds := []schema.GroupKind{
		NamespaceKind, AccountKind, SecretKind, ConfigMapKind, {Kind: "ResourceQuota"},
		{Group: "apps", Kind: "Deployment"}, {Group: networkingv1.GroupName, Kind: "NetworkPolicy"},
		ClusterRoleKind, RoleKind, {Group: rbacv1.GroupName, Kind: "ClusterRoleBinding"}, {Group: rbacv1.GroupName, Kind: "RoleBinding"},
		{Group: admissionv1.GroupName, Kind: "ValidatingAdmissionPolicy"}, {Group: admissionv1.GroupName, Kind: "ValidatingAdmissionPolicyBinding"},
		FluxInstanceKind, ResourceSetKind, InputProviderKind,
		{Group: names.SourceExtensions, Kind: "ArtifactGenerator"},
		{Group: "kyverno.io", Kind: "ClusterPolicy"}, {Group: "kyverno.io", Kind: "Policy"}, {Group: "templates.gatekeeper.sh", Kind: "ConstraintTemplate"},
	}
	known := len(kinds)
	for gk := range currentVersions() {
		if IsFlux(gk) || IsCapsule(gk) {
			kinds = append(kinds, gk)
		}
	}
	slices.SortFunc(kinds[known:], func(a, b schema.GroupKind) int { return cmp.Compare(a.String(), b.String()) })
	return kinds
}

// scheme holds the kinds that the audit reads, at the versions served today.
var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		flux.AddToScheme, capsule.AddToScheme,
		corev1.AddToScheme, rbacv1.AddToScheme, appsv1.AddToScheme, admissionv1.AddToScheme, networkingv1.AddToScheme,
	} {
		utilruntime.Must(add(s)) // it fails only for two kinds of one name
	}
	return s
})

var currentVersions = sync.OnceValue(func() map[schema.GroupKind]schema.GroupVersionKind {
	current := map[schema.GroupKind]schema.GroupVersionKind{}
	for gvk := range scheme().AllKnownTypes() {
		if gvk.Version != runtime.APIVersionInternal && !strings.HasSuffix(gvk.Kind, "Options") && !strings.HasSuffix(gvk.Kind, "List") {
			current[gvk.GroupKind()] = gvk
		}
	}
	return current
})
