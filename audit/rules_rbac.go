package audit

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

const (
	docRBAC    = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"
	docOwners  = "https://projectcapsule.dev/docs/tenants/permissions/"
	advisoryNS = "https://github.com/projectcapsule/capsule/security/advisories/GHSA-2ww6-hf35-mfjm"
)

// These rules resolve bindings and roles, and ask what tenants may do beyond
// their namespaces.
var rbacRules = []check{
	{Rule{
		ID:       "rbac-cluster-wide",
		Severity: Error,
		Title:    "A tenant may do in the whole cluster what makes it the cluster's administrator",
		Doc: `A ClusterRoleBinding gives an account in a tenant's namespace, or an owner of a tenant, rights that lead out of it:
everything, the Secrets of all namespaces, pods or tokens or Flux objects anywhere, impersonation of others, the roles escalate
and bind, webhooks, Capsule's own objects. Roles are resolved through aggregation. It is a warning where the owner is a user or
group that owns several tenants, which is rather one of the platform's people.`,
		Exploit:    "The tenant uses the right from its own repository, since Flux acts as that account.",
		Fix:        "Bind a Role in the tenant's namespaces instead, or name what may be touched in resourceNames.",
		References: []string{docRBAC},
	}, checkClusterWide},
	{Rule{
		ID:       "rbac-foreign-namespace",
		Severity: Error,
		Title:    "A tenant has rights in a namespace that is not its own",
		Doc: `A RoleBinding in a namespace of the platform gives an account or owner of a tenant the right to read Secrets or to run
something there; that is an error. In another tenant's namespace it is a warning, since it may be what the two agreed on.`,
		Exploit:    "The tenant puts a Kustomization or a pod there that uses an account of the platform, or reads its credentials.",
		Fix:        "Remove the binding.",
		References: []string{docRBAC},
	}, checkForeignNamespace},
	{Rule{
		ID:       "rbac-cluster-admin",
		Severity: Warning,
		Title:    "A tenant is cluster-admin in its own namespaces",
		Doc: `The recipe of 2022 bound cluster-admin to the reconciler, in the home namespace and through additionalRoleBindings in
every namespace of the tenant, so that it could write Flux objects. admin does: Flux's flux-edit is aggregated into it.`,
		Exploit:    "The tenant deletes the quotas, limits and network policies that the platform put into its namespaces, and reaches every custom resource of every operator there.",
		Fix:        "Bind admin, or leave Capsule's default roles (admin, capsule-namespace-deleter) alone.",
		References: []string{docOwners},
	}, checkClusterAdmin},
	{Rule{
		ID:       "rbac-namespace-patch",
		Severity: Error,
		Title:    "A tenant may change every Namespace",
		Doc: `The recipe of 2022 bound a ClusterRole to patch namespaces to every reconciler. Capsule gives its users create and
patch by itself, and its webhook alone keeps a tenant with this right from other namespaces. It is an error if the account is not
one of Capsule's users as far as the set shows: the webhook of Capsule 0.14 keeps such an account from moving a Namespace into a
tenant or out of one, and lets it change everything else.`,
		Exploit:    "The tenant takes from its home namespace the labels that admission policies and Pod Security go by. With Capsule's webhook down it labels any namespace as its own.",
		Fix:        "Remove the binding; a TenantOwner (capsule.TenantOwner) suffices.",
		References: []string{docOwners, "https://nvd.nist.gov/vuln/detail/CVE-2024-39690"},
	}, checkNamespacePatch},
	{Rule{
		ID:       "rbac-namespace-subresource",
		Severity: Error,
		Title:    "A tenant may write namespaces/status or namespaces/finalize",
		Doc: `Capsule before 0.13 did not check these subresources, through which labels and owner references can be changed. It is an
error if the Capsule of the set is older, and a warning otherwise: nothing needs the right.`,
		Exploit:    "The tenant writes itself into the owner references of another tenant's Namespace and owns it.",
		Fix:        "Remove the right from the role; update Capsule to 0.13 or later.",
		References: []string{advisoryNS},
	}, checkNamespaceSubresource},
}

// A danger is a right that, held in the whole cluster, is as good as
// cluster-admin.
type danger struct {
	verbs, group, resource string
	what                   string
}

var dangers = []danger{
	{"get list watch", "", "secrets", "read the Secrets of every namespace"},
	{"create update patch", "", "pods", "run pods in every namespace, as any account there"},
	{"create update patch", "apps", "deployments", "run pods in every namespace, as any account there"},
	{"create update patch", "apps", "daemonsets", "run pods in every namespace, as any account there"},
	{"create", "", "pods/exec", "run programs in every pod"},
	{"create", "", "serviceaccounts/token", "request a token of any account"},
	{"get create", "", "nodes/proxy", "reach every kubelet"},
	{"create update patch", group("kustomize"), "kustomizations", "let Flux apply things as any account"},
	{"create update patch", group("helm"), "helmreleases", "let Flux install things as any account"},
	{"escalate", rbacv1.GroupName, "clusterroles", "give roles more than it has itself"},
	{"escalate", rbacv1.GroupName, "roles", "give roles more than it has itself"},
	{"bind", rbacv1.GroupName, "clusterroles", "bind any ClusterRole"},
	{"create update patch delete", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "change what the API server admits"},
	{"create update patch delete", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "change what the API server admits"},
	{"create update patch delete", "admissionregistration.k8s.io", "validatingadmissionpolicies", "change what the API server admits"},
	{"create update patch", capsuleGroup, "tenants", "make itself an owner of any tenant"},
	{"create update patch", capsuleGroup, "tenantowners", "make itself an owner of any tenant"},
	{"create update patch delete", capsuleGroup, "capsuleconfigurations", "change Capsule's configuration"},
	{"create update patch", capsuleGroup, "globaltenantresources", "let Capsule create objects in every tenant"},
}

// dangersOf lists what a role that is bound in the whole cluster to the account
// leads to. The account may impersonate itself.
func dangersOf(r *role, self string) []string {
	if r.everything() {
		return []string{"do everything"}
	}
	var found []string
	for _, d := range dangers {
		if r.allows(d.verbs, d.group, d.resource) && !slices.Contains(found, d.what) {
			found = append(found, d.what)
		}
	}
	for _, rule := range r.rules {
		for _, resource := range []string{"users", "groups", "serviceaccounts", "uids"} {
			if !covers(rule, "impersonate", "", resource) {
				continue
			}
			if len(rule.ResourceNames) == 0 {
				found = append(found, "impersonate all "+resource)
				continue
			}
			for _, name := range rule.ResourceNames {
				switch {
				case resource == "serviceaccounts":
					found = append(found, "impersonate the ServiceAccount "+name+" of every namespace")
				case resource == "users" && name != self, resource == "groups":
					found = append(found, "impersonate "+name)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// eachHolder calls f for every subject of a binding that stands for a tenant.
func (m *model) eachHolder(subjects []rbacv1.Subject, namespace string, f func(i int, s rbacv1.Subject, h holder)) {
	for i, s := range subjects {
		for _, h := range m.holders(s, namespace) {
			f(i, s, h)
		}
	}
}

func (h holder) String() string {
	if h.tenant == nil {
		return "every tenant"
	}
	return "tenant " + h.tenant.name
}

func (h holder) name() string {
	if h.tenant == nil {
		return ""
	}
	return h.tenant.name
}

func userOf(s rbacv1.Subject, namespace string) string {
	if s.Kind != rbacv1.ServiceAccountKind {
		return s.Name
	}
	return "system:serviceaccount:" + orDefault(s.Namespace, namespace) + ":" + s.Name
}

func checkClusterWide(m *model, r *report) {
	for _, b := range m.clusterBinding {
		role := m.role(b.is.RoleRef, "")
		if role == nil {
			continue
		}
		m.eachHolder(b.is.Subjects, "", func(i int, s rbacv1.Subject, h holder) {
			found := dangersOf(role, userOf(s, ""))
			if len(found) == 0 {
				return
			}
			severity := Error
			if h.shared {
				severity = Warning
			}
			r.add(b.object, Finding{Severity: severity, Tenant: h.name(), Field: index("subjects", i),
				Message: fmt.Sprintf("lets %s, as %s, %s in the whole cluster (ClusterRole %s)", h, userOf(s, ""), strings.Join(found, "; "), role.name)})
		})
	}
}

func checkForeignNamespace(m *model, r *report) {
	for _, b := range m.roleBindings {
		role := m.role(b.is.RoleRef, b.ref.Namespace)
		standing := m.standing(b.ref.Namespace)
		if role == nil || standing == unknownStanding || b.ref.Namespace == "kube-public" {
			continue
		}
		m.eachHolder(b.is.Subjects, b.ref.Namespace, func(i int, s rbacv1.Subject, h holder) {
			if m.namespaces[b.ref.Namespace].tenant == h.tenant && h.tenant != nil || len(dangersOf(role, userOf(s, b.ref.Namespace))) == 0 {
				return
			}
			f := Finding{Severity: Error, Tenant: h.name(), Field: index("subjects", i)}
			f.Message = fmt.Sprintf("lets %s, as %s, use %s in namespace %s", h, userOf(s, b.ref.Namespace), role.name, b.ref.Namespace)
			if standing == tenantStanding || h.shared {
				f.Severity = Warning
				f.Exploit = "The one tenant acts in the other's namespace, Secrets included."
			}
			if h.shared && standing == tenantStanding {
				return // an owner of several tenants, in one of them
			}
			r.add(b.object, f)
		})
	}
}

func checkClusterAdmin(m *model, r *report) {
	for _, b := range m.roleBindings {
		role := m.role(b.is.RoleRef, b.ref.Namespace)
		if role == nil || !role.everything() || m.standing(b.ref.Namespace) != tenantStanding {
			continue
		}
		m.eachHolder(b.is.Subjects, b.ref.Namespace, func(i int, s rbacv1.Subject, h holder) {
			if h.tenant == m.namespaces[b.ref.Namespace].tenant {
				r.add(b.object, Finding{Tenant: h.name(), Field: "roleRef.name",
					Message: fmt.Sprintf("%s has %s in namespace %s", userOf(s, b.ref.Namespace), role.name, b.ref.Namespace)})
			}
		})
	}
	grant := func(o *object, field, clusterRole string) {
		if role := m.roles[clusterRole]; role != nil && role.everything() {
			r.addf(o, field, "gives %s in every namespace of the tenant", clusterRole)
		}
	}
	for _, o := range m.tenantObjects {
		for i, b := range o.is.Spec.AdditionalRoleBindings {
			grant(o.object, index("spec.additionalRoleBindings", i)+".clusterRoleName", b.ClusterRoleName)
		}
		for i, rule := range o.is.Spec.Rules {
			if rule == nil {
				continue
			}
			for j, b := range rule.Permissions.Bindings {
				grant(o.object, index(index("spec.rules", i)+".permissions.bindings", j)+".clusterRoleName", b.ClusterRoleName)
			}
		}
		for i, owner := range o.is.Spec.Owners {
			for j, clusterRole := range owner.ClusterRoles {
				grant(o.object, index(index("spec.owners", i)+".clusterRoles", j), clusterRole)
			}
		}
	}
	for _, o := range m.tenantOwners {
		for i, clusterRole := range o.is.Spec.ClusterRoles {
			grant(o.object, index("spec.clusterRoles", i), clusterRole)
		}
	}
}

func checkNamespacePatch(m *model, r *report) {
	capsuleUser := m.capsuleUsers()
	for _, b := range m.clusterBinding {
		role := m.role(b.is.RoleRef, "")
		if role == nil || role.everything() || role.name == "capsule-namespace-provisioner" || !role.allows("update patch", "", "namespaces") {
			continue
		}
		m.eachHolder(b.is.Subjects, "", func(i int, s rbacv1.Subject, h holder) {
			severity, suffix := Warning, ""
			if s.Kind == rbacv1.ServiceAccountKind && !capsuleUser(s.Namespace, s.Name) && len(m.configurations) > 0 {
				severity, suffix = Error, ", and is no Capsule user, so that Capsule does not look"
			}
			r.add(b.object, Finding{Severity: severity, Tenant: h.name(), Field: index("subjects", i),
				Message: fmt.Sprintf("lets %s, as %s, change every Namespace (ClusterRole %s)%s", h, userOf(s, ""), role.name, suffix)})
		})
	}
}

// capsuleUsers returns a test whether Capsule's webhooks look at what an account
// does.
func (m *model) capsuleUsers() func(namespace, name string) bool {
	users := map[string]bool{}
	for _, o := range m.tenantOwners {
		if o.is.Spec.AggregateEnabled() {
			users[o.is.Spec.Name] = true
		}
	}
	for _, o := range m.configurations {
		for _, name := range slices.Concat(userGroups(o.is), userNames(o.is)) {
			users[name] = true
		}
		for _, u := range o.is.Spec.Users {
			users[u.Name] = true
		}
	}
	return func(namespace, name string) bool {
		return users["system:serviceaccount:"+namespace+":"+name] || users["system:serviceaccounts:"+namespace] ||
			users["system:serviceaccounts"] || users["system:authenticated"]
	}
}

func checkNamespaceSubresource(m *model, r *report) {
	report := func(o *object, subjects []rbacv1.Subject, ref rbacv1.RoleRef) {
		role := m.role(ref, o.ref.Namespace)
		if role == nil || role.everything() || !role.allows("update patch", "", "namespaces/status") && !role.allows("update patch", "", "namespaces/finalize") {
			return
		}
		m.eachHolder(subjects, o.ref.Namespace, func(i int, s rbacv1.Subject, h holder) {
			severity := Warning
			if m.capsuleOlderThan("0.13.0") {
				severity = Error
			}
			r.add(o, Finding{Severity: severity, Tenant: h.name(), Field: index("subjects", i),
				Message: fmt.Sprintf("lets %s, as %s, write subresources of Namespaces (%s)", h, userOf(s, o.ref.Namespace), role.name)})
		})
	}
	for _, b := range m.clusterBinding {
		report(b.object, b.is.Subjects, b.is.RoleRef)
	}
	for _, b := range m.roleBindings {
		report(b.object, b.is.Subjects, b.is.RoleRef)
	}
}
