package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A Tenancy is who the tenants are and which namespaces they hold.
type Tenancy struct {
	Tenants    map[string]*Tenant
	Namespaces map[string]*Namespace

	// ownedBy holds the tenants of each owner.
	ownedBy map[rbac.UserSpec][]*Tenant

	// platforms are the tenants that the caller calls the platform's own.
	platforms []string
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

	// Tenant is the tenant whose home or member it is; nil for the platform's and for
	// all others.
	Tenant *Tenant
	Home   bool

	// Claims are the names of further tenants that the namespace is the home of.
	Claims []string

	// Stands is set if it stands for all members of the tenant, and is not one.
	Stands bool

	// Platform is set if it holds Kubernetes, Flux, Capsule or what the caller named.
	Platform bool
}

func newTenancy(set *Set, appliers []Applier, settings Settings) *Tenancy {
	t := &Tenancy{
		Tenants:    map[string]*Tenant{},
		Namespaces: map[string]*Namespace{},
		ownedBy:    map[rbac.UserSpec][]*Tenant{},
		platforms:  settings.PlatformTenants,
	}
	t.readTenants(set)
	t.readPlatform(set, settings.Platform)
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
		if home == "" && ns.Labels[roleLabel] == "tenant" {
			home = ns.Name
		}
		if t.isPlatforms(member) || member == "" && t.isPlatforms(home) {
			ns.Platform = true
			continue
		}
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

// roleLabel is the label with which the Flux Operator's reference architecture
// distinguishes tenants' namespaces from the platform's.
const roleLabel = "toolkit.fluxcd.io/role"

// usual are values of the tenant label that platform teams give to their own objects.
var usual = []string{"infra", "infrastructure", "platform", "platform-team", "cluster", "system"}

// isPlatforms reports whether a tenant is the platform's own: the caller says so,
// or it has a usual name for that and no Tenant of Capsule.
func (t *Tenancy) isPlatforms(tenant string) bool {
	known := t.Tenants[tenant]
	return tenant != "" && slices.Contains(t.platforms, tenant) ||
		slices.Contains(usual, tenant) && (known == nil || known.Object == nil)
}

// Knows reports whether the set has the tenant that a label names, or has no
// tenants at all, and the tenant is not the platform's own.
func (t *Tenancy) Knows(tenant string) bool {
	return !t.isPlatforms(tenant) && (len(t.Tenants) == 0 || t.Tenants[tenant] != nil)
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
			if t.isPlatforms(name) {
				ns.Platform = true
			}
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
