package migrate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// importHome reads the home namespace.
func (i *importer) importHome() {
	home, account := i.home(), i.accountName()
	i.importHomeRole(home, account)
	namespace := i.objects.named("", home, "", "Namespace")
	if namespace == nil {
		return
	}
	i.because(namespace, "metadata.labels["+names.MemberLabel+"]", "the home namespace is not one of the tenant's, and Capsule refuses the label")
	i.importHomeWorkloads(namespace)
}

// importMetadata reads the labels and annotations that every object of the tenant has,
// since a spec sets them on all objects. The comparison names the others.
func (i *importer) importMetadata() {
	home := i.objects.named("", i.home(), "", "Namespace")
	account := i.objects.named(i.home(), i.accountName(), "", "ServiceAccount")
	var labels, annotations []map[string]string
	for _, obj := range []*existing{i.tenant, home, account, i.homeBinding, i.root, i.source} {
		if obj != nil {
			labels, annotations = append(labels, obj.labels), append(annotations, obj.annotations)
		}
	}
	if len(labels) < 2 {
		return
	}
	i.spec.Labels = common(labels, func(key string) bool { return names.LabelOwner(key) == "" })
	i.spec.Annotations = common(annotations, func(key string) bool {
		return key != lastApplied && !slices.Contains(tenancy.OptOuts(), key)
	})
}

// lastApplied is the annotation of kubectl that repeats the object.
const lastApplied = corev1.LastAppliedConfigAnnotation

// common returns the wanted keys that all maps have with the same value.
func common(all []map[string]string, wanted func(string) bool) map[string]string {
	var found map[string]string
	for key, value := range all[0] {
		if wanted(key) && !slices.ContainsFunc(all, func(other map[string]string) bool { had, ok := other[key]; return !ok || had != value }) {
			found = build.Merge(found, map[string]string{key: value})
		}
	}
	return found
}

func (i *importer) importHomeWorkloads(namespace *existing) {
	quota := i.objects.named(namespace.name, names.HomeQuota, "", "ResourceQuota")
	if quota != nil {
		var limits corev1.ResourceQuota
		quota.into(&limits)
		_, counted := limits.Spec.Hard[corev1.ResourcePods]
		i.spec.HomeWorkloads = !counted
		i.homeQuota = limits.Spec.Hard
		return
	}
	if _, modern := namespace.labels[names.PodSecurityLabel]; modern {
		i.spec.HomeWorkloads = true
	} else {
		i.differs(namespace, "pods can no longer run there, outside Capsule's rules; homeWorkloads: true lets them")
	}
}

// importHomeRole reads the binding with the account's name, or else the first one. The
// comparison names the others.
func (i *importer) importHomeRole(home, account string) {
	i.spec.NoHomeRole = true
	var role string
	for _, obj := range i.objects.in(home, rbacv1.GroupName, "RoleBinding") {
		var binding rbacv1.RoleBinding
		obj.into(&binding)
		if binding.RoleRef.Kind == "ClusterRole" && bindsAccount(binding, home, account) && (i.homeBinding == nil || obj.name == account) {
			i.homeBinding, role = obj, binding.RoleRef.Name
		}
	}
	if i.homeBinding == nil {
		return
	}
	i.spec.NoHomeRole = false
	switch {
	case role != "cluster-admin":
		i.spec.HomeRole = leaveOut(role, tenant.DefaultHomeRole)
	case i.tenant.version == "v1beta2":
		i.spec.HomeRole, i.spec.AllowClusterAdmin = role, true
	default:
		i.because(i.homeBinding, "roleRef.name", tenant.DefaultHomeRole+" is enough for Flux objects")
	}
}

func bindsAccount(binding rbacv1.RoleBinding, namespace, account string) bool {
	for _, subject := range binding.Subjects {
		if subject.Kind == rbacv1.ServiceAccountKind && subject.Namespace == namespace && subject.Name == account {
			return true
		}
	}
	return false
}
