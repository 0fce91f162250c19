package graph

import (
	"cmp"
	"maps"
	"path"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/audit/internal/oneline"
)

// Limits of a picture on one page.
const (
	maxTenants = 12 // that are all drawn
	maxDrawn   = 24 // of more, those with findings
	maxFolders = 24
	maxSound   = 6 // appliers of the platform, in a graph whose tenants are counted
)

// choose returns the tenants to draw, or nil for all.
func (b *builder) choose() map[string]bool {
	tenants := slices.Collect(maps.Keys(b.model.Tenancy.Tenants))
	if len(tenants) <= maxTenants {
		return nil
	}
	slices.SortFunc(tenants, func(x, y string) int {
		cx, cy := b.found.Counts[x], b.found.Counts[y]
		return cmp.Or(cmp.Compare(cy.Errors, cx.Errors), cmp.Compare(cy.Warnings, cx.Warnings), cmp.Compare(x, y))
	})
	drawn := map[string]bool{}
	for _, name := range tenants[:min(len(tenants), maxDrawn)] {
		if b.found.Counts[name] != (Count{}) {
			drawn[name] = true
		}
	}
	for name := range b.reached(drawn) {
		drawn[name] = true
	}
	return drawn
}

// reached returns the tenants whose namespaces objects of these tenants refer to.
func (b *builder) reached(drawn map[string]bool) map[string]bool {
	reached := map[string]bool{}
	for _, a := range b.model.Appliers {
		from := b.model.Tenancy.Holder(a.Object.Ref.Namespace)
		if from == nil || !drawn[from.Name] {
			continue
		}
		namespaces := []string{a.Source.Namespace}
		for _, d := range a.DependsOn {
			namespaces = append(namespaces, d.Namespace)
		}
		for _, namespace := range namespaces {
			if to := b.model.Tenancy.Holder(namespace); to != nil && len(reached) < maxDrawn {
				reached[to.Name] = true
			}
		}
	}
	return reached
}

func (b *builder) draws(tenant string) bool { return b.drawn == nil || b.drawn[tenant] }

// counted adds the tenants that are not drawn, by folder.
func (b *builder) counted() {
	sound, holes := map[string]int{}, Count{}
	further := 0
	for name, t := range b.model.Tenancy.Tenants {
		switch count := b.found.Counts[name]; {
		case b.draws(name):
		case count != Count{}:
			further++
			holes.Errors, holes.Warnings = holes.Errors+count.Errors, holes.Warnings+count.Warnings
		default:
			sound[folderOf(t)]++
		}
	}
	if further > 0 {
		g := b.group("Further tenants with findings")
		g.Count = holes
		b.node(g, "further", Node{Name: oneline.Counted(further, "tenant"), Hole: holes.Errors > 0})
		b.graph.Groups = append(b.graph.Groups, g)
	}
	if sound = gathered(sound); len(sound) == 0 {
		return
	}
	g := b.group("Tenants without errors and warnings")
	for _, folder := range slices.Sorted(maps.Keys(sound)) {
		b.node(g, "folder "+folder, Node{Kind: folder, Name: oneline.Counted(sound[folder], "tenant")})
	}
	b.graph.Groups = append(b.graph.Groups, g)
}

// folderOf returns the folder of a tenant's file; empty if it is not known.
func folderOf(t *model.Tenant) string {
	file := ""
	if t.Object != nil {
		file = t.Object.File
	} else if len(t.Homes) > 0 && t.Homes[0].Object != nil {
		file = t.Homes[0].Object.File
	}
	if file == "" {
		return ""
	}
	return path.Dir(file)
}

// gathered adds the numbers of folders up to their parents until few are left.
func gathered(sound map[string]int) map[string]int {
	for len(sound) > maxFolders {
		above := map[string]int{}
		for folder, n := range sound {
			above[path.Dir(folder)] += n
		}
		if len(above) == len(sound) {
			return map[string]int{"": total(sound)}
		}
		sound = above
	}
	return sound
}

func total(sound map[string]int) int {
	sum := 0
	for _, n := range sound {
		sum += n
	}
	return sum
}

// thin removes all but the first few appliers of the platform without findings, and
// the sources that only they use, and counts them.
func (b *builder) thin(platform *Group) {
	needed, left := map[string]bool{}, map[string]bool{}
	sound := 0
	for _, n := range platform.Nodes {
		if n.Role == Applier && !n.Hole {
			sound++
			left[n.ID] = sound > maxSound
		}
	}
	for _, e := range b.graph.Edges {
		if e.Red || !left[e.From] && !left[e.To] {
			needed[e.From], needed[e.To] = true, true
		}
	}
	leave := func(n *Node) bool {
		return !n.Hole && !needed[n.ID] && (left[n.ID] || n.Role == Source)
	}
	before := len(platform.Nodes)
	platform.Nodes = slices.DeleteFunc(platform.Nodes, func(n *Node) bool {
		left[n.ID] = leave(n)
		return left[n.ID]
	})
	b.graph.Edges = slices.DeleteFunc(b.graph.Edges, func(e Edge) bool { return left[e.From] || left[e.To] })
	if n := before - len(platform.Nodes); n > 0 {
		b.node(platform, "thin", Node{Name: oneline.Counted(n, "further object"), Role: Applier})
	}
}
