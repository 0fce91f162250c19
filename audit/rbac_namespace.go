package audit

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/advisories"
)

func checkNamespacePatch(m *model.Model, r *findings, h held) {
	role := h.role
	if role == nil || h.binding.Namespace != "" || role.Everything() || role.Name == "capsule-namespace-provisioner" || !role.Allows("update patch", "", "namespaces") {
		return
	}
	severity, suffix := Warning, ""
	s := h.subject
	if s.Kind == rbacv1.ServiceAccountKind && m.Users.Known && !m.Users.Has(model.Account{Namespace: s.Namespace, Name: s.Name}) {
		severity, suffix = Error, ", and is no Capsule user, so that Capsule does not look"
	}
	r.add(h.binding.Object, Finding{Severity: severity, Tenant: h.holder.Name(), Field: h.field,
		Message: fmt.Sprintf("lets %s, as %s, change every Namespace (ClusterRole %s)%s", h.holder, h.user, role.Name, suffix)})
}

func checkNamespaceSubresource(m *model.Model, r *findings, h held) {
	role := h.role
	if role == nil || role.Everything() {
		return
	}
	status := role.Allows("update patch", "", "namespaces/status")
	finalize := role.Allows("update patch", "", "namespaces/finalize")
	if !status && !finalize {
		return
	}
	severity := Warning
	if affected(m, advisories.Capsule, "CVE-2026-30963") || finalize && affected(m, advisories.Capsule, "CVE-2026-55636") {
		severity = Error
	}
	r.add(h.binding.Object, Finding{Severity: severity, Tenant: h.holder.Name(), Field: h.field,
		Message: fmt.Sprintf("lets %s, as %s, write subresources of Namespaces (%s)", h.holder, h.user, role.Name)})
}
