package audit

import (
	"slices"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// rights are what the roles of the set allow, and who holds them.
type rights struct {
	roles map[string]*role // of ClusterRoles by name
	local map[key]*role    // of Roles

	// bindingsOf holds what is bound to ServiceAccounts, as namespace/name.
	bindingsOf map[string][]bound
}

// A role is the rules of a ClusterRole or Role, aggregation included.
type role struct {
	name  string
	rules []rbacv1.PolicyRule
}

var (
	roleKind        = schema.GroupKind{Group: rbacv1.GroupName, Kind: "Role"}
	clusterRoleKind = schema.GroupKind{Group: rbacv1.GroupName, Kind: "ClusterRole"}
)

// builtin are the ClusterRoles that every cluster has, as far as the rules ask
// about them.
var builtin = map[string][]rbacv1.PolicyRule{
	"cluster-admin": {rule("*", "*", "*")},
	"admin": {
		rule("create update patch delete", "rbac.authorization.k8s.io", "roles rolebindings"),
		rule("get list watch create update patch delete", "", "pods secrets configmaps serviceaccounts"),
		rule("create", "", "pods/exec serviceaccounts/token"),
		rule("impersonate", "", "serviceaccounts"),
		rule("create update patch delete", "apps", "deployments daemonsets statefulsets"),
		rule("create update patch delete", "batch", "jobs cronjobs"),
	},
	"edit": {
		rule("get list watch create update patch delete", "", "pods secrets configmaps serviceaccounts"),
		rule("create", "", "pods/exec serviceaccounts/token"),
		rule("impersonate", "", "serviceaccounts"),
		rule("create update patch delete", "apps", "deployments daemonsets statefulsets"),
		rule("create update patch delete", "batch", "jobs cronjobs"),
	},
	"view":                          {rule("get list watch", "", "pods configmaps serviceaccounts")},
	"capsule-namespace-provisioner": {rule("create patch", "", "namespaces")},
	"capsule-namespace-deleter":     {rule("delete", "", "namespaces")},
}

func rule(verbs, group, resources string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{Verbs: fields(verbs), APIGroups: []string{group}, Resources: fields(resources)}
}

func newRights(m *model) *rights {
	r := &rights{roles: map[string]*role{}, local: map[key]*role{}, bindingsOf: readBindings(m)}
	for _, o := range m.clusterRoles {
		m.resolve(r, o)
	}
	for name, rules := range builtin {
		if r.roles[name] != nil {
			continue
		}
		aggregated := m.aggregated(r, []metav1.LabelSelector{{MatchLabels: map[string]string{"rbac.authorization.k8s.io/aggregate-to-" + name: "true"}}})
		if name == "admin" { // edit is aggregated into it in turn
			aggregated = append(aggregated, m.aggregated(r, []metav1.LabelSelector{{MatchLabels: map[string]string{"rbac.authorization.k8s.io/aggregate-to-edit": "true"}}})...)
		}
		r.roles[name] = &role{name: name, rules: slices.Concat(rules, aggregated)}
	}
	for _, o := range m.objects {
		if is, ok := o.typed.(*rbacv1.Role); ok && r.local[o.key()] == nil {
			r.local[o.key()] = &role{name: o.ref.Name, rules: is.Rules}
		}
	}
	return r
}

// resolve reads a ClusterRole with all that is aggregated into it, be it in
// several steps.
func (m *model) resolve(r *rights, o of[*rbacv1.ClusterRole]) *role {
	if known := r.roles[o.ref.Name]; known != nil {
		return known
	}
	resolved := &role{name: o.ref.Name, rules: slices.Clone(o.is.Rules)}
	r.roles[o.ref.Name] = resolved // before the others, one of which may select this one
	if o.is.AggregationRule != nil {
		resolved.rules = append(resolved.rules, m.aggregated(r, o.is.AggregationRule.ClusterRoleSelectors)...)
	}
	return resolved
}

func (m *model) aggregated(r *rights, selectors []metav1.LabelSelector) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, selector := range selectors {
		match, err := metav1.LabelSelectorAsSelector(&selector)
		if err != nil {
			continue
		}
		for _, o := range m.clusterRoles {
			if match.Matches(labels.Set(o.meta.GetLabels())) {
				rules = append(rules, m.resolve(r, o).rules...)
			}
		}
	}
	return rules
}

// role returns what a binding refers to; nil if it is not in the set.
func (r *rights) role(ref rbacv1.RoleRef, namespace string) *role {
	if ref.Kind == roleKind.Kind {
		return r.local[key{roleKind, namespace, ref.Name}]
	}
	return r.roles[ref.Name]
}

// allows tells whether the role allows one of the verbs (parted by spaces) on
// the resource, whatever the object's name.
func (r *role) allows(verbs, group, resource string) bool {
	return slices.ContainsFunc(r.rules, func(rule rbacv1.PolicyRule) bool {
		return len(rule.ResourceNames) == 0 && covers(rule, verbs, group, resource)
	})
}

// everything tells whether the role allows all.
func (r *role) everything() bool {
	return slices.ContainsFunc(r.rules, func(rule rbacv1.PolicyRule) bool {
		return len(rule.ResourceNames) == 0 && slices.Contains(rule.Verbs, "*") &&
			slices.Contains(rule.APIGroups, "*") && slices.Contains(rule.Resources, "*")
	})
}

func covers(rule rbacv1.PolicyRule, verbs, group, resource string) bool {
	return slices.ContainsFunc(rule.Verbs, func(verb string) bool { return verb == "*" || slices.Contains(fields(verbs), verb) }) &&
		slices.ContainsFunc(rule.APIGroups, func(g string) bool { return g == "*" || g == group }) &&
		slices.ContainsFunc(rule.Resources, func(r string) bool { return r == "*" || r == resource })
}

// A holder is who has what is bound to a subject: a tenant, or every one of
// them.
type holder struct {
	tenant *tenant // nil for everybody
	// shared is set for a user or group that owns several tenants: rather one of
	// the platform's people than a tenant's.
	shared bool
}

// holders tells which tenants a subject stands for. Whoever may work in a
// namespace can use every ServiceAccount in it.
func (m *model) holders(subject rbacv1.Subject, bindingNamespace string) []holder {
	switch subject.Kind {
	case rbacv1.ServiceAccountKind:
		namespace := subject.Namespace
		if namespace == "" {
			namespace = bindingNamespace
		}
		return m.heldBy(namespace)
	case rbacv1.UserKind:
		if namespace, _, ok := parseAccount(subject.Name); ok {
			return m.heldBy(namespace)
		}
	case rbacv1.GroupKind:
		switch subject.Name {
		case "system:serviceaccounts", "system:authenticated", "system:unauthenticated":
			return []holder{{}}
		}
		if namespace, ok := accountsOf(subject.Name); ok {
			return m.heldBy(namespace)
		}
	}
	owned := m.ownedBy[rbac.UserSpec{Kind: rbac.OwnerKind(subject.Kind), Name: subject.Name}]
	holders := make([]holder, len(owned))
	for i, tenant := range owned {
		holders[i] = holder{tenant: tenant, shared: len(owned) > 1}
	}
	return holders
}

func (m *model) heldBy(namespace string) []holder {
	if ns := m.namespaces[namespace]; ns != nil && ns.tenant != nil {
		return []holder{{tenant: ns.tenant}}
	}
	return nil
}

// accountsOf returns the namespace of the group of all its ServiceAccounts.
func accountsOf(group string) (namespace string, ok bool) {
	const prefix = "system:serviceaccounts:"
	if len(group) <= len(prefix) || group[:len(prefix)] != prefix {
		return "", false
	}
	return group[len(prefix):], true
}

// A bound is one role bound to an account; the namespace is empty for a
// ClusterRoleBinding.
type bound struct {
	ref       rbacv1.RoleRef
	namespace string
}

// readBindings lists what is bound to each ServiceAccount by name, as
// namespace/name.
func readBindings(m *model) map[string][]bound {
	bindings := map[string][]bound{}
	read := func(subjects []rbacv1.Subject, b bound) {
		for _, s := range subjects {
			namespace, name := s.Namespace, s.Name
			switch s.Kind {
			case rbacv1.ServiceAccountKind:
				if namespace == "" {
					namespace = b.namespace
				}
			case rbacv1.UserKind:
				var ok bool
				if namespace, name, ok = parseAccount(s.Name); !ok {
					continue
				}
			default:
				continue
			}
			bindings[namespace+"/"+name] = append(bindings[namespace+"/"+name], b)
		}
	}
	for _, b := range m.clusterBinding {
		read(b.is.Subjects, bound{b.is.RoleRef, ""})
	}
	for _, b := range m.roleBindings {
		read(b.is.Subjects, bound{b.is.RoleRef, b.ref.Namespace})
	}
	return bindings
}
