package graph

import (
	"cmp"
	"maps"
	"slices"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

func (b *builder) draw() {
	platform := b.group("Platform")
	platform.Count = b.found.Counts[""]
	for _, c := range b.model.Flux.Controllers {
		b.object(platform, c.Object, c.Object.GroupKind.Kind, Other)
	}
	b.appliers(platform, func(namespace string) bool {
		return b.model.Tenancy.Standing(namespace) == model.PlatformStanding
	})
	b.graph.Groups = append(b.graph.Groups, platform)
	spaces := map[*model.Tenant][]*model.Namespace{}
	for _, name := range b.model.Tenancy.TenantNamespaces() {
		ns := b.model.Tenancy.Namespaces[name]
		spaces[ns.Tenant] = append(spaces[ns.Tenant], ns)
	}
	for _, name := range slices.Sorted(maps.Keys(b.model.Tenancy.Tenants)) {
		if b.draws(name) {
			t := b.model.Tenancy.Tenants[name]
			b.graph.Groups = append(b.graph.Groups, b.tenant(t, spaces[t]))
		}
	}
	b.counted()
	b.connect()
	if b.drawn != nil {
		b.thin(platform)
	}
}

// tenant returns the group of a tenant.
func (b *builder) tenant(t *model.Tenant, spaces []*model.Namespace) *Group {
	g := b.group("Tenant " + t.Name)
	g.Count = b.found.Counts[t.Name]
	if t.Object != nil {
		b.object(g, t.Object, "Tenant", Other)
	}
	for _, ns := range spaces {
		title := "namespace " + ns.Name
		if ns.Home {
			title = "home " + ns.Name
		}
		inner := b.group(title)
		if ns.Object != nil && b.found.Holes[ns.Object.Ref] {
			b.object(inner, ns.Object, "Namespace", Other)
		}
		b.appliers(inner, func(namespace string) bool { return namespace == ns.Name })
		g.Groups = append(g.Groups, inner)
	}
	return g
}

// appliers adds what Flux applies from the namespaces, with the sources and the
// accounts.
func (b *builder) appliers(g *Group, in func(namespace string) bool) {
	for _, o := range b.model.Set.Objects {
		if isSource(o) && in(o.Ref.Namespace) {
			b.object(g, o, o.GroupKind.Kind, Source)
		}
	}
	for _, a := range b.model.Appliers {
		if in(a.Object.Ref.Namespace) {
			b.object(g, a.Object, a.Object.GroupKind.Kind, Applier)
			b.node(g, b.accountKey(a), Node{Kind: "as", Name: b.accountName(a), Role: Account})
		}
	}
}

func isSource(o *model.Object) bool {
	switch o.Typed.(type) {
	case *sourcev1.GitRepository, *sourcev1.OCIRepository, *sourcev1.Bucket:
		return true
	}
	return false
}

func (b *builder) accountKey(a model.Applier) string {
	return "account " + a.Object.Ref.Namespace + "/" + b.accountName(a)
}

func (b *builder) accountName(a model.Applier) string {
	account, known := b.model.Flux.ActsAs(a)
	switch {
	case account != "":
		return account
	case known || a.KubeConfig == nil:
		return a.Controller
	}
	return "its kubeconfig"
}

// connect adds source -> applier -> account -> tenant.
func (b *builder) connect() {
	owned := b.ownedByAccounts()
	for _, a := range b.model.Appliers {
		at := nodeKey(a.Object)
		if b.nodes[at] == nil {
			continue
		}
		if source := b.model.Set.SourceOf(a); source != nil {
			b.edge(nodeKey(source), at, b.leaves(a, source.Ref.Namespace))
		}
		for _, d := range a.DependsOn {
			other := b.model.Set.Get(a.Object.GroupKind, cmp.Or(d.Namespace, a.Object.Ref.Namespace), d.Name)
			if other != nil && d.Reads {
				b.edge(at, nodeKey(other), b.leaves(a, d.Namespace))
			}
		}
		b.edge(at, b.accountKey(a), b.found.Holes[a.Object.Ref])
		account, _ := b.model.Flux.ActsAs(a)
		for _, t := range owned[model.Account{Namespace: a.Object.Ref.Namespace, Name: account}] {
			b.edge(b.accountKey(a), nodeKey(t.Object), !slices.Contains(t.Homes, b.model.Tenancy.Namespaces[a.Object.Ref.Namespace]))
		}
	}
}

// leaves reports whether a reference of a tenant's object goes out of the tenant.
func (b *builder) leaves(a model.Applier, namespace string) bool {
	own := a.Object.Ref.Namespace
	return b.model.Tenancy.Standing(own) == model.TenantStanding && namespace != "" && namespace != own && !b.model.Tenancy.SameTenant(own, namespace)
}

// ownedByAccounts lists the tenants of each ServiceAccount.
func (b *builder) ownedByAccounts() map[model.Account][]*model.Tenant {
	owned := map[model.Account][]*model.Tenant{}
	for _, name := range slices.Sorted(maps.Keys(b.model.Tenancy.Tenants)) {
		t := b.model.Tenancy.Tenants[name]
		for _, o := range t.Owners {
			if account, ok := model.OwnerAccount(o.Spec.UserSpec); ok && t.Object != nil {
				owned[account] = append(owned[account], t)
			}
		}
	}
	return owned
}
