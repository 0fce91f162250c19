package audit

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// These rules look at home namespaces, which Capsule does not.
var homeRules = []rule{
	{"home-workloads", wholeSet(checkHomeWorkloads)},
	{"home-is-member", each(checkHomeIsMember)},
}

func checkHomeIsMember(m *model.Model, r *findings, o *model.Object, is *corev1.Namespace) {
	ns := m.Tenancy.Namespaces[o.Ref.Name]
	if ns.Home && ns.Object == o && is.Labels[names.MemberLabel] != "" && len(is.OwnerReferences) == 0 {
		r.addf(o, "metadata.labels["+names.MemberLabel+"]", "is the home of tenant %s, and labelled as a member", ns.Tenant.Name)
	}
}

func checkHomeWorkloads(m *model.Model, r *findings) {
	capped := podless(m)
	for _, b := range m.Rights.Bindings {
		ns := m.Tenancy.Namespaces[b.Namespace]
		role := m.Rights.RoleOf(b)
		if ns == nil || !ns.Home || ns.Object == nil || role == nil || !runsPods(role) || !bindsTenant(m, b, ns) {
			continue
		}
		if level := ns.Labels["pod-security.kubernetes.io/enforce"]; level == "baseline" || level == "restricted" {
			continue
		}
		if capped[ns.Name] && !role.Allows("update patch delete", "", "resourcequotas") {
			continue
		}
		f := Finding{Field: "metadata.labels", Message: fmt.Sprintf("enforces no Pod Security Standard, and %s lets the tenant run pods there", b.Object.Ref)}
		if ns.Tenant.Object == nil { // without Capsule the home may be all that the tenant has
			f.Fix = "Label the Namespace pod-security.kubernetes.io/enforce: restricted, or baseline."
		}
		r.add(ns.Object, f)
	}
}

// podless returns the namespaces in which a quota allows no pod.
func podless(m *model.Model) map[string]bool {
	capped := map[string]bool{}
	for o, q := range model.All[*corev1.ResourceQuota](m.Set) {
		if pods, ok := q.Spec.Hard[corev1.ResourcePods]; ok && pods.IsZero() && len(q.Spec.Scopes) == 0 && q.Spec.ScopeSelector == nil {
			capped[o.Ref.Namespace] = true
		}
	}
	return capped
}

func bindsTenant(m *model.Model, b model.Binding, ns *model.Namespace) bool {
	return slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool {
		return slices.ContainsFunc(m.Tenancy.Holders(s, ns.Name), func(h model.Holder) bool { return h.Tenant == nil || h.Tenant == ns.Tenant })
	})
}

func runsPods(r *model.Role) bool {
	for _, workload := range [][2]string{{"", "pods"}, {"apps", "deployments"}, {"apps", "daemonsets"}, {"apps", "statefulsets"}, {"batch", "jobs"}, {"batch", "cronjobs"}} {
		if r.Allows("create", workload[0], workload[1]) {
			return true
		}
	}
	return false
}
