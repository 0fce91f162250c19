package migrate

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// importHome reads what the home namespace says of itself.
func (i *importer) importHome() {
	home, account := cmp.Or(i.spec.Home, i.spec.Name), cmp.Or(i.spec.ServiceAccount, tenant.DefaultServiceAccount)
	namespace := i.objects.named("", home, "", "Namespace")
	if namespace == nil {
		return
	}
	i.spec.Labels, i.spec.Annotations = own(namespace.labels), build.Merge(namespace.annotations)
	if _, ok := namespace.labels[names.MemberLabel]; ok {
		i.differs(namespace, "the label capsule.clastix.io/tenant is left out: the home namespace is not one of the tenant's, and Capsule refuses the label")
	}
	i.importHomeWorkloads(namespace)
	i.importHomeRole(home, account)
}

// own are the labels that are not the bundle's or a controller's.
func own(all map[string]string) map[string]string {
	var kept map[string]string
	for key, value := range all {
		if names.LabelOwner(key) == "" {
			kept = build.Merge(kept, map[string]string{key: value})
		}
	}
	return kept
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

func (i *importer) importHomeRole(home, account string) {
	i.spec.NoHomeRole = true
	for _, obj := range i.objects.in(home, rbacv1.GroupName, "RoleBinding") {
		var binding rbacv1.RoleBinding
		obj.into(&binding)
		if binding.RoleRef.Kind != "ClusterRole" || !bindsAccount(binding, home, account) {
			continue
		}
		i.spec.NoHomeRole = false
		switch role := binding.RoleRef.Name; {
		case role != "cluster-admin":
			i.spec.HomeRole = leaveOut(role, tenant.DefaultHomeRole)
		case i.tenant.version == "v1beta2":
			i.spec.HomeRole, i.spec.AllowClusterAdmin = role, true
			i.differs(obj, "cluster-admin is kept, but %s is enough for Flux objects", tenant.DefaultHomeRole)
		default:
			i.spec.HomeRole = ""
			i.differs(obj, "cluster-admin becomes %s, which is enough for Flux objects", tenant.DefaultHomeRole)
		}
		return
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
