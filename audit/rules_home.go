package audit

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// These rules look at home namespaces, which Capsule does not.
var homeRules = []check{
	{Rule{
		ID:       "home-workloads",
		Severity: Error,
		Title:    "A tenant may run privileged pods in its home namespace",
		Doc: `The home namespace is none of the tenant's, so none of Capsule's rules hold there, and the account has a role in it that
creates pods (admin does). Either a pod-security.kubernetes.io/enforce label of baseline or restricted on the Namespace, or a
ResourceQuota with pods: "0" that the tenant cannot change, closes the hole. The rule assumes that the cluster does not enforce
the Pod Security Standards by default.`,
		Exploit:    "The tenant commits a privileged pod that mounts the node's file system, and reads the credentials of the kubelet and of every pod there.",
		Fix:        "Label the Namespace pod-security.kubernetes.io/enforce: restricted and add a ResourceQuota with pods: \"0\" (tenant.Build does both).",
		References: []string{"https://kubernetes.io/docs/concepts/security/pod-security-admission/"},
	}, checkHomeWorkloads},
	{Rule{
		ID:         "home-is-member",
		Severity:   Warning,
		Title:      "The home namespace calls itself one of the tenant's",
		Doc:        `The Namespace that holds a tenant's reconciler has the label capsule.clastix.io/tenant, as in the recipe of 2022. It exists before the Tenant and is made by the platform, so Capsule refuses the label: "has tenant label but no Tenant ownerReference".`,
		Exploit:    "The Namespace cannot be applied.",
		Fix:        "Leave the label out; toolkit.fluxcd.io/tenant is free to use (tenant.Build).",
		References: []string{"https://projectcapsule.dev/docs/tenants/namespaces/"},
	}, func(m *model, r *report) {
		for _, o := range m.namespaceObjs {
			ns := m.namespaces[o.ref.Name]
			if ns.home && ns.object == o.object && o.is.Labels[capsuleTenantLabel] != "" && len(o.is.OwnerReferences) == 0 {
				r.addf(o.object, "metadata.labels["+capsuleTenantLabel+"]", "is the home of tenant %s, and labelled as a member", ns.tenant.name)
			}
		}
	}},
}

func checkHomeWorkloads(m *model, r *report) {
	capped := map[string]bool{}
	for _, q := range m.quotas {
		if pods, ok := q.is.Spec.Hard[corev1.ResourcePods]; ok && pods.IsZero() && len(q.is.Spec.Scopes) == 0 && q.is.Spec.ScopeSelector == nil {
			capped[q.ref.Namespace] = true
		}
	}
	for _, b := range m.roleBindings {
		ns := m.namespaces[b.ref.Namespace]
		if ns == nil || !ns.home || ns.object == nil {
			continue
		}
		role := m.role(b.is.RoleRef, b.ref.Namespace)
		if role == nil || !runsPods(role) || !m.bindsTenant(b.is.Subjects, ns) {
			continue
		}
		if level := ns.labels["pod-security.kubernetes.io/enforce"]; level == "baseline" || level == "restricted" {
			continue
		}
		if capped[ns.name] && !role.allows("update patch delete", "", "resourcequotas") {
			continue
		}
		f := Finding{Field: "metadata.labels", Message: fmt.Sprintf("enforces no Pod Security Standard, and %s lets the tenant run pods there", b.ref)}
		if ns.tenant.object == nil { // without Capsule the home may be all that the tenant has
			f.Fix = "Label the Namespace pod-security.kubernetes.io/enforce: restricted, or baseline."
		}
		r.add(ns.object, f)
	}
}

func (m *model) bindsTenant(subjects []rbacv1.Subject, ns *namespace) bool {
	return slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool {
		return slices.ContainsFunc(m.holders(s, ns.name), func(h holder) bool { return h.tenant == nil || h.tenant == ns.tenant })
	})
}

func runsPods(r *role) bool {
	for _, workload := range [][2]string{{"", "pods"}, {"apps", "deployments"}, {"apps", "daemonsets"}, {"apps", "statefulsets"}, {"batch", "jobs"}, {"batch", "cronjobs"}} {
		if r.allows("create", workload[0], workload[1]) {
			return true
		}
	}
	return false
}
