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
		if role == nil {
			continue
		}
		for i, s := range g.subjects {
			for _, h := range m.Tenancy.Holders(s, "") {
				user := model.UserOf(s, "")
				if h.Tenant == m.Tenancy.Tenants[o.Ref.Name] || h.Shared || len(dangersOf(role, user)) == 0 {
					continue
				}
				r.add(o, Finding{Severity: Error, Field: model.Index(g.field+".subjects", i),
					Message: fmt.Sprintf("lets %s, as %s, use %s in every namespace of tenant %s", h, user, role.Name, o.Ref.Name)})
			}
		}
	}
}

func checkTenantAdmin(m *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for _, g := range grantsOf(tenant) {
		checkGranted(m, r, o, g.field+".clusterRoleName", g.clusterRole)
	}
	for i, owner := range tenant.Spec.Owners {
		for j, clusterRole := range owner.ClusterRoles {
			checkGranted(m, r, o, model.Index(model.Index("spec.owners", i)+".clusterRoles", j), clusterRole)
		}
	}
}

func checkOwnerAdmin(m *model.Model, r *findings, o *model.Object, owner *capsulev1beta2.TenantOwner) {
	for i, clusterRole := range owner.Spec.ClusterRoles {
		checkGranted(m, r, o, model.Index("spec.clusterRoles", i), clusterRole)
	}
}

// checkGranted reports a ClusterRole that Capsule binds in a tenant's namespaces
// and that allows everything.
func checkGranted(m *model.Model, r *findings, o *model.Object, field, clusterRole string) {
	if role := m.Rights.ClusterRole(clusterRole); role != nil && role.Everything() {
		r.addf(o, field, "gives %s in every namespace of the tenant", clusterRole)
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
	if kind == rbacv1.GroupKind && strings.HasPrefix(name, "system:serviceaccount:") {
		r.addf(o, field, "%s is the name of a user, or misses an s; no group has it", name)
	}
}
