package model

import (
	"maps"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// readTenants gathers the Tenants with their owners: those that a Tenant lists,
// and the TenantOwners that it selects or that have its label.
func (t *Tenancy) readTenants(set *Set) {
	for o := range All[*capsulev1beta2.Tenant](set) {
		if t.Tenants[o.Ref.Name] == nil {
			t.Tenants[o.Ref.Name] = &Tenant{Name: o.Ref.Name, Object: o}
		}
	}
	owners := indexOwners(set)
	for o, is := range All[*capsulev1beta2.Tenant](set) {
		tenant := t.Tenants[o.Ref.Name]
		for i, spec := range is.Spec.Owners {
			tenant.Owners = append(tenant.Owners, Owner{spec.CoreOwnerSpec, o, Index("spec.owners", i)})
		}
		matched := map[int]bool{}
		for _, i := range owners.labelled(names.OwnerLabel, o.Ref.Name) {
			matched[i] = true
		}
		for _, selector := range is.Spec.Permissions.MatchOwners {
			for _, i := range owners.selected(selector) {
				matched[i] = true
			}
		}
		for _, i := range slices.Sorted(maps.Keys(matched)) {
			tenant.Owners = append(tenant.Owners, Owner{owners.specs[i], owners.objects[i], "spec"})
		}
		for _, owner := range tenant.Owners {
			t.ownedBy[owner.Spec.UserSpec] = append(t.ownedBy[owner.Spec.UserSpec], tenant)
		}
	}
}

// ownerIndex holds the TenantOwners, and which of them have a label.
type ownerIndex struct {
	objects []*Object
	specs   []rbac.CoreOwnerSpec
	byLabel map[[2]string][]int
}

func indexOwners(set *Set) ownerIndex {
	index := ownerIndex{byLabel: map[[2]string][]int{}}
	for o, is := range All[*capsulev1beta2.TenantOwner](set) {
		for k, v := range o.Meta.GetLabels() {
			index.byLabel[[2]string{k, v}] = append(index.byLabel[[2]string{k, v}], len(index.objects))
		}
		index.objects = append(index.objects, o)
		index.specs = append(index.specs, is.Spec.CoreOwnerSpec)
	}
	return index
}

func (x ownerIndex) labelled(key, value string) []int { return x.byLabel[[2]string{key, value}] }

// selected returns the TenantOwners that a selector matches. It looks only at
// those with one of its labels where it asks for any.
func (x ownerIndex) selected(selector *metav1.LabelSelector) []int {
	match, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil
	}
	var candidates []int
	if selector != nil && len(selector.MatchLabels) > 0 {
		k := slices.Min(slices.Collect(maps.Keys(selector.MatchLabels)))
		candidates = x.labelled(k, selector.MatchLabels[k])
	} else {
		for i := range x.objects {
			candidates = append(candidates, i)
		}
	}
	var found []int
	for _, i := range candidates {
		if match.Matches(labels.Set(x.objects[i].Meta.GetLabels())) {
			found = append(found, i)
		}
	}
	return found
}

// A Holder is the tenant that a subject stands for, or every tenant.
type Holder struct {
	Tenant *Tenant // nil for everybody

	// Shared is set for a user or group that owns several tenants: rather one of
	// the platform's people than a tenant's.
	Shared bool
}

// String returns "tenant NAME" or "every tenant".
func (h Holder) String() string {
	if h.Tenant == nil {
		return "every tenant"
	}
	return "tenant " + h.Tenant.Name
}

// Name returns the tenant's name; empty for everybody.
func (h Holder) Name() string {
	if h.Tenant == nil {
		return ""
	}
	return h.Tenant.Name
}

// Holders returns the tenants that a subject stands for. A tenant with pods in a
// namespace can use every ServiceAccount in it.
func (t *Tenancy) Holders(subject rbacv1.Subject, bindingNamespace string) []Holder {
	switch subject.Kind {
	case rbacv1.ServiceAccountKind:
		namespace := subject.Namespace
		if namespace == "" {
			namespace = bindingNamespace
		}
		return t.heldByAccount(Account{namespace, subject.Name})
	case rbacv1.UserKind:
		if account, ok := ParseAccount(subject.Name); ok {
			return t.heldByAccount(account)
		}
	case rbacv1.GroupKind:
		if Everybody(subject.Name) {
			return []Holder{{}}
		}
		if namespace, ok := AccountsOf(subject.Name); ok {
			return t.heldBy(namespace)
		}
	}
	return t.owners(rbac.UserSpec{Kind: rbac.OwnerKind(subject.Kind), Name: subject.Name})
}

// owners returns the tenants that a user, a group or an account owns.
func (t *Tenancy) owners(owner rbac.UserSpec) []Holder {
	owned := t.ownedBy[owner]
	holders := make([]Holder, len(owned))
	for i, tenant := range owned {
		holders[i] = Holder{Tenant: tenant, Shared: len(owned) > 1}
	}
	return holders
}

// heldByAccount returns the tenants that an account stands for: that of its
// namespace or, if nothing says whose that is, those that the account owns.
func (t *Tenancy) heldByAccount(account Account) []Holder {
	if t.Standing(account.Namespace) != UnknownStanding {
		return t.heldBy(account.Namespace)
	}
	return t.owners(rbac.UserSpec{Kind: rbac.ServiceAccountOwner, Name: account.User()})
}

func (t *Tenancy) heldBy(namespace string) []Holder {
	if tenant := t.Holder(namespace); tenant != nil {
		return []Holder{{Tenant: tenant}}
	}
	return nil
}

// UserOf returns the name under which the API server knows a subject.
func UserOf(s rbacv1.Subject, bindingNamespace string) string {
	if s.Kind != rbacv1.ServiceAccountKind {
		return s.Name
	}
	namespace := s.Namespace
	if namespace == "" {
		namespace = bindingNamespace
	}
	return Account{namespace, s.Name}.User()
}
