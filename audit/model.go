package audit

import (
	"cmp"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A model is what the rules go by: the objects by kind, and what they mean
// together.
type model struct {
	settings
	objects []*object
	byKey   map[key]*object

	kustomizations []of[*kustomizev1.Kustomization]
	releases       []of[*helmv2.HelmRelease]
	alerts         []of[*notificationv1beta3.Alert]
	receivers      []of[*notificationv1.Receiver]
	imagePolicies  []of[*reflectorv1.ImagePolicy]
	automations    []of[*automationv1.ImageUpdateAutomation]
	tenantObjects  []of[*capsulev1beta2.Tenant]
	tenantOwners   []of[*capsulev1beta2.TenantOwner]
	configurations []of[*capsulev1beta2.CapsuleConfiguration]
	globals        []of[*capsulev1beta2.GlobalTenantResource]
	replications   []of[*capsulev1beta2.TenantResource]
	namespaceObjs  []of[*corev1.Namespace]
	accounts       []of[*corev1.ServiceAccount]
	secrets        []of[*corev1.Secret]
	quotas         []of[*corev1.ResourceQuota]
	deployments    []of[*appsv1.Deployment]
	clusterRoles   []of[*rbacv1.ClusterRole]
	clusterBinding []of[*rbacv1.ClusterRoleBinding]
	roleBindings   []of[*rbacv1.RoleBinding]
	policies       []of[*admissionv1.ValidatingAdmissionPolicy]
	policyBindings []of[*admissionv1.ValidatingAdmissionPolicyBinding]

	appliers          []applier
	platformKs        appliedPaths
	components        []installed
	boundToEverything map[string]bool // ServiceAccounts, as namespace/name

	*tenancy
	*rights
	*installation
	*admission
}

// Kinds returns the kinds that the rules read, in a fixed order, for who collects
// objects from a cluster. Kustomization files (kustomize.config.k8s.io) are read
// too, where there are any.
func Kinds() []schema.GroupKind {
	kinds := []schema.GroupKind{
		namespaceKind, accountKind, secretKind, configMapKind, {Kind: "ResourceQuota"},
		{Group: "apps", Kind: "Deployment"},
		clusterRoleKind, roleKind, {Group: rbacv1.GroupName, Kind: "ClusterRoleBinding"}, {Group: rbacv1.GroupName, Kind: "RoleBinding"},
		{Group: admissionv1.GroupName, Kind: "ValidatingAdmissionPolicy"}, {Group: admissionv1.GroupName, Kind: "ValidatingAdmissionPolicyBinding"},
		fluxInstanceKind, resourceSetKind,
		{Group: "kyverno.io", Kind: "ClusterPolicy"}, {Group: "kyverno.io", Kind: "Policy"}, {Group: "templates.gatekeeper.sh", Kind: "ConstraintTemplate"},
	}
	known := len(kinds)
	for gk := range currentVersions() {
		if isFlux(gk) || isCapsule(gk) {
			kinds = append(kinds, gk)
		}
	}
	slices.SortFunc(kinds[known:], func(a, b schema.GroupKind) int { return cmp.Compare(a.String(), b.String()) })
	return kinds
}

// of is an object with its Go type at hand.
type of[T any] struct {
	*object
	is T
}

type key struct {
	gk              schema.GroupKind
	namespace, name string
}

func (o *object) key() key { return key{o.gk, o.ref.Namespace, o.ref.Name} }

func newModel(inputs []Input, s settings) *model {
	m := &model{settings: s, byKey: make(map[key]*object, len(inputs)), objects: make([]*object, 0, len(inputs))}
	for _, in := range inputs {
		if o := newObject(in); o != nil {
			m.objects = append(m.objects, o)
		}
	}
	slices.SortStableFunc(m.objects, compareObjects)
	for _, o := range m.objects {
		if _, dup := m.byKey[o.key()]; !dup {
			m.byKey[o.key()] = o
		}
		m.take(o)
	}
	m.tenancy = newTenancy(m)
	m.platformKs = newAppliedPaths(m)
	m.components = readInstalled(m)
	m.rights = newRights(m)
	m.boundToEverything = accountsWithEverything(m)
	m.installation = newInstallation(m)
	m.admission = newAdmission(m)
	return m
}

func compareObjects(a, b *object) int {
	return cmp.Or(
		cmp.Compare(a.gk.Group, b.gk.Group),
		cmp.Compare(a.gk.Kind, b.gk.Kind),
		cmp.Compare(a.ref.Namespace, b.ref.Namespace),
		cmp.Compare(a.ref.Name, b.ref.Name),
		cmp.Compare(a.ref.APIVersion, b.ref.APIVersion),
		cmp.Compare(a.file, b.file),
		cmp.Compare(a.line, b.line),
	)
}

func (m *model) take(o *object) {
	switch is := o.typed.(type) {
	case *kustomizev1.Kustomization:
		m.kustomizations = append(m.kustomizations, of[*kustomizev1.Kustomization]{o, is})
	case *helmv2.HelmRelease:
		m.releases = append(m.releases, of[*helmv2.HelmRelease]{o, is})
	case *notificationv1beta3.Alert:
		m.alerts = append(m.alerts, of[*notificationv1beta3.Alert]{o, is})
	case *notificationv1.Receiver:
		m.receivers = append(m.receivers, of[*notificationv1.Receiver]{o, is})
	case *reflectorv1.ImagePolicy:
		m.imagePolicies = append(m.imagePolicies, of[*reflectorv1.ImagePolicy]{o, is})
	case *automationv1.ImageUpdateAutomation:
		m.automations = append(m.automations, of[*automationv1.ImageUpdateAutomation]{o, is})
	case *capsulev1beta2.Tenant:
		m.tenantObjects = append(m.tenantObjects, of[*capsulev1beta2.Tenant]{o, is})
	case *capsulev1beta2.TenantOwner:
		m.tenantOwners = append(m.tenantOwners, of[*capsulev1beta2.TenantOwner]{o, is})
	case *capsulev1beta2.CapsuleConfiguration:
		m.configurations = append(m.configurations, of[*capsulev1beta2.CapsuleConfiguration]{o, is})
	case *capsulev1beta2.GlobalTenantResource:
		m.globals = append(m.globals, of[*capsulev1beta2.GlobalTenantResource]{o, is})
	case *capsulev1beta2.TenantResource:
		m.replications = append(m.replications, of[*capsulev1beta2.TenantResource]{o, is})
	case *corev1.Namespace:
		m.namespaceObjs = append(m.namespaceObjs, of[*corev1.Namespace]{o, is})
	case *corev1.ServiceAccount:
		m.accounts = append(m.accounts, of[*corev1.ServiceAccount]{o, is})
	case *corev1.Secret:
		m.secrets = append(m.secrets, of[*corev1.Secret]{o, is})
	case *corev1.ResourceQuota:
		m.quotas = append(m.quotas, of[*corev1.ResourceQuota]{o, is})
	case *appsv1.Deployment:
		m.deployments = append(m.deployments, of[*appsv1.Deployment]{o, is})
	case *rbacv1.ClusterRole:
		m.clusterRoles = append(m.clusterRoles, of[*rbacv1.ClusterRole]{o, is})
	case *rbacv1.ClusterRoleBinding:
		m.clusterBinding = append(m.clusterBinding, of[*rbacv1.ClusterRoleBinding]{o, is})
	case *rbacv1.RoleBinding:
		m.roleBindings = append(m.roleBindings, of[*rbacv1.RoleBinding]{o, is})
	case *admissionv1.ValidatingAdmissionPolicy:
		m.policies = append(m.policies, of[*admissionv1.ValidatingAdmissionPolicy]{o, is})
	case *admissionv1.ValidatingAdmissionPolicyBinding:
		m.policyBindings = append(m.policyBindings, of[*admissionv1.ValidatingAdmissionPolicyBinding]{o, is})
	}
}

// find returns an object of the set as its Go type, or nil.
func find[T any](m *model, gk schema.GroupKind, namespace, name string) (T, *object) {
	o := m.byKey[key{gk, namespace, name}]
	if o == nil {
		var none T
		return none, nil
	}
	is, _ := o.typed.(T)
	return is, o
}

// group returns the API group of a Flux controller's kinds.
func group(name string) string { return name + ".toolkit.fluxcd.io" }

var (
	secretKind    = schema.GroupKind{Kind: "Secret"}
	configMapKind = schema.GroupKind{Kind: "ConfigMap"}
	namespaceKind = schema.GroupKind{Kind: "Namespace"}
	accountKind   = schema.GroupKind{Kind: "ServiceAccount"}
)

// list joins names for a message, no more than three of them.
func list(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", …"
}
