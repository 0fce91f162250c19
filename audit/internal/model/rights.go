package model

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Rights are the permissions of the set's roles, and their holders.
type Rights struct {
	clusterRoles map[string]*Role
	roles        map[Key]*Role

	// Bindings are the (Cluster)RoleBindings of the set.
	Bindings []Binding

	// bound holds the roles that are bound to each ServiceAccount by name.
	bound map[Account][]Binding

	// everything holds the ServiceAccounts that may do all in the cluster.
	everything map[Account]bool
}

// A Role is the rules of a ClusterRole or Role, aggregation included.
type Role struct {
	Name  string
	Rules []rbacv1.PolicyRule
}

// A Binding is a ClusterRoleBinding or RoleBinding. The namespace is empty for
// the former.
type Binding struct {
	Object    *Object
	Namespace string
	RoleRef   rbacv1.RoleRef
	Subjects  []rbacv1.Subject
}

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
	return rbacv1.PolicyRule{Verbs: strings.Fields(verbs), APIGroups: []string{group}, Resources: strings.Fields(resources)}
}

const aggregateTo = "rbac.authorization.k8s.io/aggregate-to-"

func newRights(set *Set) *Rights {
	r := &Rights{
		clusterRoles: map[string]*Role{}, roles: map[Key]*Role{},
		bound: map[Account][]Binding{}, everything: map[Account]bool{},
	}
	for o, is := range All[*rbacv1.ClusterRole](set) {
		r.resolve(set, o, is)
	}
	for name, rules := range builtin {
		if r.clusterRoles[name] != nil {
			continue
		}
		aggregated := r.aggregated(set, metav1.LabelSelector{MatchLabels: map[string]string{aggregateTo + name: "true"}})
		if name == "admin" { // edit is aggregated into it in turn
			aggregated = append(aggregated, r.aggregated(set, metav1.LabelSelector{MatchLabels: map[string]string{aggregateTo + "edit": "true"}})...)
		}
		r.clusterRoles[name] = &Role{Name: name, Rules: slices.Concat(rules, aggregated)}
	}
	for o, is := range All[*rbacv1.Role](set) {
		if r.roles[o.Key()] == nil {
			r.roles[o.Key()] = &Role{Name: o.Ref.Name, Rules: is.Rules}
		}
	}
	for o, is := range All[*rbacv1.ClusterRoleBinding](set) {
		r.bind(Binding{o, "", is.RoleRef, is.Subjects})
	}
	for o, is := range All[*rbacv1.RoleBinding](set) {
		r.bind(Binding{o, o.Ref.Namespace, is.RoleRef, is.Subjects})
	}
	return r
}

// resolve reads a ClusterRole with all that is aggregated into it, be it in
// several steps.
func (r *Rights) resolve(set *Set, o *Object, is *rbacv1.ClusterRole) *Role {
	if known := r.clusterRoles[o.Ref.Name]; known != nil {
		return known
	}
	resolved := &Role{Name: o.Ref.Name, Rules: slices.Clone(is.Rules)}
	r.clusterRoles[o.Ref.Name] = resolved // before the others, since one may select this one
	if is.AggregationRule != nil {
		for _, selector := range is.AggregationRule.ClusterRoleSelectors {
			resolved.Rules = append(resolved.Rules, r.aggregated(set, selector)...)
		}
	}
	return resolved
}

func (r *Rights) aggregated(set *Set, selector metav1.LabelSelector) []rbacv1.PolicyRule {
	match, err := metav1.LabelSelectorAsSelector(&selector)
	if err != nil {
		return nil
	}
	var rules []rbacv1.PolicyRule
	for o, is := range All[*rbacv1.ClusterRole](set) {
		if match.Matches(labels.Set(o.Meta.GetLabels())) {
			rules = append(rules, r.resolve(set, o, is).Rules...)
		}
	}
	return rules
}

func (r *Rights) bind(b Binding) {
	r.Bindings = append(r.Bindings, b)
	role := r.RoleOf(b)
	for _, s := range b.Subjects {
		account := Account{cmp.Or(s.Namespace, b.Namespace), s.Name}
		if s.Kind == rbacv1.UserKind {
			var ok bool
			if account, ok = ParseAccount(s.Name); !ok {
				continue
			}
		} else if s.Kind != rbacv1.ServiceAccountKind {
			continue
		}
		r.bound[account] = append(r.bound[account], b)
		if b.Namespace == "" && s.Kind == rbacv1.ServiceAccountKind && role != nil && role.Everything() {
			r.everything[account] = true
		}
	}
}

// BoundTo returns the bindings that name a ServiceAccount.
func (r *Rights) BoundTo(account Account) []Binding { return r.bound[account] }

// ClusterRole returns a ClusterRole by name; nil if it is not in the set.
func (r *Rights) ClusterRole(name string) *Role { return r.clusterRoles[name] }

// RoleOf returns the role that a binding refers to; nil if it is not in the set.
func (r *Rights) RoleOf(b Binding) *Role {
	if b.RoleRef.Kind == RoleKind.Kind {
		return r.roles[Key{RoleKind, b.Namespace, b.RoleRef.Name}]
	}
	return r.clusterRoles[b.RoleRef.Name]
}

// Allows reports whether the role allows one of the verbs, separated by spaces, on
// the resource, for any object name.
func (r *Role) Allows(verbs, group, resource string) bool {
	return slices.ContainsFunc(r.Rules, func(rule rbacv1.PolicyRule) bool {
		return len(rule.ResourceNames) == 0 && Covers(rule, verbs, group, resource)
	})
}

// Everything reports whether the role allows all.
func (r *Role) Everything() bool {
	return slices.ContainsFunc(r.Rules, func(rule rbacv1.PolicyRule) bool {
		return len(rule.ResourceNames) == 0 && slices.Contains(rule.Verbs, "*") &&
			slices.Contains(rule.APIGroups, "*") && slices.Contains(rule.Resources, "*")
	})
}

// Covers reports whether a rule allows one of the verbs on the resource, for some
// name.
func Covers(rule rbacv1.PolicyRule, verbs, group, resource string) bool {
	return slices.ContainsFunc(rule.Verbs, func(verb string) bool { return verb == "*" || slices.Contains(strings.Fields(verbs), verb) }) &&
		slices.ContainsFunc(rule.APIGroups, func(g string) bool { return g == "*" || g == group }) &&
		slices.ContainsFunc(rule.Resources, func(r string) bool { return r == "*" || r == resource })
}

// Impersonates reports whether the role lets its holder act as the user, group or
// ServiceAccount of that name.
func (r *Role) Impersonates(resource, name string) bool {
	return slices.ContainsFunc(r.Rules, func(rule rbacv1.PolicyRule) bool {
		return Covers(rule, "impersonate", "", resource) && (len(rule.ResourceNames) == 0 || anyOf(rule.ResourceNames, name))
	})
}
