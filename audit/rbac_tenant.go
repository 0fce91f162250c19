package audit

import (
	"fmt"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A grant is a ClusterRole that Capsule binds to subjects in the namespaces of a
// tenant.
type grant struct {
	field       string
	clusterRole string
	subjects    []rbacv1.Subject
}

// grantsOf returns the bindings that a Tenant asks for, beside its owners'.
func grantsOf(tenant *capsulev1beta2.Tenant) []grant {
	var grants []grant
	add := func(field string, b rbac.AdditionalRoleBindingsSpec) {
		grants = append(grants, grant{field, b.ClusterRoleName, b.Subjects})
	}
	for i, b := range tenant.Spec.AdditionalRoleBindings {
		add(model.Index("spec.additionalRoleBindings", i), b)
	}
	for i, rule := range tenant.Spec.Rules {
		if rule == nil {
			continue
		}
		for j, b := range rule.Permissions.Bindings {
			add(model.Index(model.Index("spec.rules", i)+".permissions.bindings", j), b)
		}
	}
	return grants
}

// checkTenantBindings reports bindings of a Tenant for everybody, or for another
// tenant.
func checkTenantBindings(m *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for _, g := range grantsOf(tenant) {
		role := m.Rights.ClusterRole(g.clusterRole)
		for i, s := range g.subjects {
			for _, h := range m.Tenancy.Holders(s, "") {
				if h.Tenant != m.Tenancy.Tenants[o.Ref.Name] && !h.Shared {
					checkForeignGrant(r, o, model.Index(g.field+".subjects", i), role, h, model.UserOf(s, ""))
				}
			}
		}
	}
}

// checkForeignGrant reports a role that others than the tenant have in its
// namespaces. One that is not in the set is a finding of unseen-role.
func checkForeignGrant(r *findings, o *model.Object, field string, role *model.Role, h model.Holder, user string) {
	if role == nil {
		return
	}
	f := Finding{Severity: Error, Field: field,
		Message: fmt.Sprintf("lets %s, as %s, use %s in every namespace of tenant %s", h, user, role.Name, o.Ref.Name)}
	if len(dangersOf(role, user)) == 0 {
		if !readsPods(role) {
			return
		}
		f.Severity, f.Exploit = Warning, "Its holder reads the settings and logs of this tenant."
	}
	r.add(o, f)
}

// checkUnseenGrant reports a role, not in the set, that everybody or another tenant
// has in a tenant's namespaces.
func checkUnseenGrant(m *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for _, g := range grantsOf(tenant) {
		if m.Rights.ClusterRole(g.clusterRole) != nil {
			continue
		}
		for _, s := range g.subjects {
			for _, h := range m.Tenancy.Holders(s, "") {
				if h.Tenant != m.Tenancy.Tenants[o.Ref.Name] && !h.Shared {
					r.addf(o, g.field+".clusterRoleName", "gives %s the ClusterRole %s, which is not in the set", model.UserOf(s, ""), g.clusterRole)
				}
			}
		}
	}
}

func checkTenantAdmin(m *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for _, g := range grantsOf(tenant) {
		checkGranted(m, r, o, g.field+".clusterRoleName", g.clusterRole, Error)
	}
	for i, owner := range tenant.Spec.Owners {
		for j, clusterRole := range owner.ClusterRoles {
			checkGranted(m, r, o, model.Index(model.Index("spec.owners", i)+".clusterRoles", j), clusterRole, Warning)
		}
	}
}

func checkOwnerAdmin(m *model.Model, r *findings, o *model.Object, owner *capsulev1beta2.TenantOwner) {
	for i, clusterRole := range owner.Spec.ClusterRoles {
		checkGranted(m, r, o, model.Index("spec.clusterRoles", i), clusterRole, Warning)
	}
}

// checkGranted reports a ClusterRole that Capsule binds in a tenant's namespaces
// and that allows everything. An owner is a user of Capsule, whose requests its
// webhooks look at; for others nobody does.
func checkGranted(m *model.Model, r *findings, o *model.Object, field, clusterRole string, severity Severity) {
	if role := m.Rights.ClusterRole(clusterRole); role != nil && role.Everything() {
		r.add(o, Finding{Severity: severity, Field: field, Message: "gives " + clusterRole + " in every namespace of the tenant"})
	}
}

func checkSubjectNames(_ *model.Model, r *findings, b model.Binding) {
	for i, s := range b.Subjects {
		checkSubject(r, b.Object, model.Index("subjects", i)+".name", s)
	}
}

func checkTenantSubjects(_ *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for _, g := range grantsOf(tenant) {
		for i, s := range g.subjects {
			checkSubject(r, o, model.Index(g.field+".subjects", i)+".name", s)
		}
	}
	for i, owner := range tenant.Spec.Owners {
		checkGroupName(r, o, model.Index("spec.owners", i)+".name", owner.Kind.String(), owner.Name)
	}
}

func checkOwnerGroupName(_ *model.Model, r *findings, o *model.Object, owner *capsulev1beta2.TenantOwner) {
	checkGroupName(r, o, "spec.name", owner.Spec.Kind.String(), owner.Spec.Name)
}

// checkSubject reports a subject of a binding that is nobody.
func checkSubject(r *findings, o *model.Object, field string, s rbacv1.Subject) {
	checkGroupName(r, o, field, s.Kind, s.Name)
	if s.Kind == rbacv1.ServiceAccountKind && strings.Contains(s.Name, ":") {
		r.addf(o, field, "%s is the name of a user; no ServiceAccount has it", s.Name)
	}
}

func checkGroupName(r *findings, o *model.Object, field, kind, name string) {
	switch {
	case kind == rbacv1.GroupKind && strings.HasPrefix(name, "system:serviceaccount:"):
		r.addf(o, field, "%s is the name of a user, or misses an s; no group has it", name)
	case kind == rbacv1.UserKind && (strings.HasPrefix(name, "system:serviceaccounts:") || model.Everybody(name)):
		r.addf(o, field, "%s is the name of a group; no user has it", name)
	}
}

// checkConfigurationNames reports users of Capsule that are nobody.
func checkConfigurationNames(_ *model.Model, r *findings, o *model.Object, configuration *capsulev1beta2.CapsuleConfiguration) {
	for i, user := range configuration.Spec.Users {
		checkGroupName(r, o, model.Index("spec.users", i)+".name", user.Kind.String(), user.Name)
	}
	for i, user := range configuration.Spec.Administrators {
		checkGroupName(r, o, model.Index("spec.administrators", i)+".name", user.Kind.String(), user.Name)
	}
	for i, name := range userGroups(configuration) {
		checkGroupName(r, o, model.Index("spec.userGroups", i), rbacv1.GroupKind, name)
	}
}
