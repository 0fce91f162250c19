package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A Tenancy is who the tenants are and which namespaces they hold.
type Tenancy struct {
	Tenants    map[string]*Tenant
	Namespaces map[string]*Namespace

	// ownedBy holds the tenants of owners that are not ServiceAccounts.
	ownedBy map[rbac.UserSpec][]*Tenant
}

// A Tenant is one of Capsule's, or one that only labels speak of.
type Tenant struct {
	Name   string
	Object *Object // the Tenant; nil if there is none in the set
	Homes  []*Namespace
	Owners []Owner
}

// An Owner is one entry of a Tenant or one TenantOwner.
type Owner struct {
	Spec   rbac.CoreOwnerSpec
	Object *Object // that says so
	Field  string  // of it
}

// A Namespace is one that the set has, or that its objects name.
type Namespace struct {
	Name   string
	Object *Object
	Labels map[string]string

	// Tenant is whose home it is, or whose member; nil for the platform's and for
	// those of others.
	Tenant *Tenant
	Home   bool

	// Claims are the names of further tenants that the namespace is the home of.
	Claims []string

	// Platform is set if it holds Kubernetes, Flux, Capsule or what the caller named.
	Platform bool
}

func newTenancy(set *Set, appliers []Applier, platform []string) *Tenancy {
	t := &Tenancy{
		Tenants:    map[string]*Tenant{},
		Namespaces: map[string]*Namespace{},
		ownedBy:    map[rbac.UserSpec][]*Tenant{},
	}
	t.readTenants(set)
	t.readPlatform(set, platform)
	t.readNamespaces(set)
	t.readHomes(appliers)
	return t
}

// namespace returns the namespace of the name, which it makes if need be.
func (t *Tenancy) namespace(name string) *Namespace {
	ns := t.Namespaces[name]
	if ns == nil {
		ns = &Namespace{Name: name, Platform: names.IsPlatform(name)}
		t.Namespaces[name] = ns
	}
	return ns
}

// tenant returns the tenant of the name, which it makes if need be.
func (t *Tenancy) tenant(name string) *Tenant {
	found := t.Tenants[name]
	if found == nil {
		found = &Tenant{Name: name}
		t.Tenants[name] = found
	}
	return found
}

func (t *Tenancy) readPlatform(set *Set, platform []string) {
	for _, name := range platform {
		t.namespace(name).Platform = true
	}
	for o, d := range All[*appsv1.Deployment](set) {
		if ProgramOf(d) != "" {
			t.namespace(o.Ref.Namespace).Platform = true
		}
	}
	for _, o := range set.Objects {
		if o.GroupKind == FluxInstanceKind {
			t.namespace(o.Ref.Namespace).Platform = true
		}
	}
}

func (t *Tenancy) readNamespaces(set *Set) {
	for o := range All[*corev1.Namespace](set) {
		ns := t.namespace(o.Ref.Name)
		if ns.Object == nil {
			ns.Object, ns.Labels = o, o.Meta.GetLabels()
		}
	}
	for o, is := range All[*corev1.Namespace](set) {
		ns := t.namespace(o.Ref.Name)
		if ns.Platform || ns.Tenant != nil {
			continue
		}
		member, home := MemberOf(is), ns.Labels[names.TenantLabel]
		// With both labels it is a home that calls itself a member, as in 2022: it
		// is made before the tenant, and by the platform.
		switch {
		case member != "" && !t.ownedFrom(ns.Name, member):
			ns.Tenant = t.tenant(member)
		case member != "":
			t.claim(ns, t.tenant(member))
		case home != "":
			t.claim(ns, t.tenant(home))
		}
	}
}

// ownedFrom reports whether an account of the namespace owns the tenant.
func (t *Tenancy) ownedFrom(namespace, tenant string) bool {
	found := t.Tenants[tenant]
	return found != nil && slices.ContainsFunc(found.Owners, func(owner Owner) bool {
		account, ok := OwnerAccount(owner.Spec.UserSpec)
		return ok && account.Namespace == namespace
	})
}

// MemberOf returns the name of the tenant that a Namespace says it belongs to.
func MemberOf(ns *corev1.Namespace) string {
	for _, ref := range ns.OwnerReferences {
		if ref.Kind == "Tenant" && strings.HasPrefix(ref.APIVersion, CapsuleGroup+"/") {
			return ref.Name
		}
	}
	return ns.Labels[names.MemberLabel]
}

// readHomes adds the namespaces of the ServiceAccounts that own a Tenant and
// that Flux acts for there.
func (t *Tenancy) readHomes(appliers []Applier) {
	reconciled := map[string]bool{}
	for _, a := range appliers {
		reconciled[a.Object.Ref.Namespace] = true
	}
	for _, name := range slices.Sorted(maps.Keys(t.Tenants)) {
		tenant := t.Tenants[name]
		for _, owner := range tenant.Owners {
			account, ok := OwnerAccount(owner.Spec.UserSpec)
			if !ok || !reconciled[account.Namespace] {
				continue
			}
			ns := t.namespace(account.Namespace)
			if ns.Platform || ns.Tenant != nil && !ns.Home {
				continue
			}
			t.claim(ns, tenant)
		}
	}
}

// claim makes the namespace the tenant's home, or records that the tenant is not
// the first.
func (t *Tenancy) claim(ns *Namespace, tenant *Tenant) {
	switch {
	case ns.Tenant != nil && ns.Tenant.Object == nil && tenant.Object != nil:
		// The label is free to name whom it likes; a Tenant that the account owns counts.
		ns.Tenant.Homes = slices.DeleteFunc(ns.Tenant.Homes, func(home *Namespace) bool { return home == ns })
		if len(ns.Tenant.Homes) == 0 {
			delete(t.Tenants, ns.Tenant.Name)
		}
		ns.Tenant = nil
		t.claim(ns, tenant)
	case ns.Tenant == nil:
		ns.Tenant, ns.Home = tenant, true
		tenant.Homes = append(tenant.Homes, ns)
	case ns.Tenant != tenant && !slices.Contains(ns.Claims, tenant.Name):
		ns.Claims = append(ns.Claims, tenant.Name)
	}
}

// A Standing is whose a namespace is.
type Standing int

// The standings of a namespace.
const (
	UnknownStanding Standing = iota
	TenantStanding
	PlatformStanding
)

// Standing returns whose a namespace is.
func (t *Tenancy) Standing(name string) Standing {
	ns := t.Namespaces[name]
	switch {
	case names.IsPlatform(name) || ns != nil && ns.Platform:
		return PlatformStanding
	case ns != nil && ns.Tenant != nil:
		return TenantStanding
	}
	return UnknownStanding
}

// TenantOf returns the name of the tenant that an object belongs to; empty if it
// belongs to none.
func (t *Tenancy) TenantOf(o *Object) string {
	if o.Ref.Namespace != "" || o.GroupKind == NamespaceKind {
		name := o.Ref.Namespace
		if o.GroupKind == NamespaceKind {
			name = o.Ref.Name
		}
		if tenant := t.Holder(name); tenant != nil {
			return tenant.Name
		}
		return ""
	}
	if IsCapsule(o.GroupKind) && o.GroupKind.Kind == "Tenant" {
		return o.Ref.Name
	}
	for _, label := range []string{names.OwnerLabel, names.TenantLabel} {
		if name := o.Meta.GetLabels()[label]; name != "" {
			return name
		}
	}
	return ""
}

// Holder returns the tenant whose home or member a namespace is; nil if it is no
// tenant's.
func (t *Tenancy) Holder(namespace string) *Tenant {
	if ns := t.Namespaces[namespace]; ns != nil {
		return ns.Tenant
	}
	return nil
}

// SameTenant reports whether two namespaces are the same tenant's.
func (t *Tenancy) SameTenant(a, b string) bool {
	return t.Holder(a) != nil && t.Holder(a) == t.Holder(b)
}

// TenantNamespaces returns the names of the tenants' namespaces, sorted.
func (t *Tenancy) TenantNamespaces() []string {
	var names []string
	for name, ns := range t.Namespaces {
		if ns.Tenant != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// labelsOf returns the labels of a namespace, to which the API server adds its
// name.
func (t *Tenancy) labelsOf(namespace string) labels.Set {
	set := labels.Set{corev1.LabelMetadataName: namespace}
	if ns := t.Namespaces[namespace]; ns != nil {
		maps.Copy(set, ns.Labels)
	}
	return set
}
