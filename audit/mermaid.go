package audit

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// WriteMermaid draws the tenancy of the set that a report is about as a Mermaid
// flowchart: tenants, their homes and member namespaces, the accounts that Flux acts
// as, and the sources. Objects with a finding of severity error that is not
// suppressed are red, and so are edges that leave their tenant. A report that does
// not come from [Check] is an error.
//
// Large fleets make a large picture: check the objects of a few tenants.
func WriteMermaid(w io.Writer, report *Report) error {
	if report.model == nil {
		return errors.New("audit: the report does not come from Check, so there is no set to draw")
	}
	g := graph{model: report.model, holes: holes(report.Findings), ids: map[string]string{}, red: map[string]bool{}, drawn: map[string]bool{}}
	g.draw()

	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "flowchart LR")
	for _, line := range g.lines {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintln(out, "  classDef hole fill:#fdd,stroke:#c00,color:#600")
	if len(g.red) > 0 {
		fmt.Fprintf(out, "  class %s hole\n", strings.Join(slices.Sorted(maps.Keys(g.red)), ","))
	}
	if len(g.redEdges) > 0 {
		fmt.Fprintf(out, "  linkStyle %s stroke:#c00\n", strings.Join(g.redEdges, ","))
	}
	return out.Flush()
}

// holes are the objects that an attack goes through.
func holes(findings []Finding) map[Reference]bool {
	found := map[Reference]bool{}
	for _, f := range findings {
		if f.Severity == Error && f.Suppressed == "" {
			found[f.Object] = true
		}
	}
	return found
}

type graph struct {
	model    *model.Model
	ids      map[string]string
	holes    map[Reference]bool
	lines    []string
	indent   string
	edges    int
	red      map[string]bool
	redEdges []string
	drawn    map[string]bool // edges
}

func (g *graph) draw() {
	g.group("platform", "Platform", func() {
		for _, c := range g.model.Flux.Controllers {
			g.node(c.Object, c.Object.GroupKind.Kind)
		}
		g.appliersOf(model.PlatformStanding, nil)
	})
	spaces := map[*model.Tenant][]*model.Namespace{}
	for _, name := range g.model.Tenancy.TenantNamespaces() {
		ns := g.model.Tenancy.Namespaces[name]
		spaces[ns.Tenant] = append(spaces[ns.Tenant], ns)
	}
	for _, name := range slices.Sorted(maps.Keys(g.model.Tenancy.Tenants)) {
		t := g.model.Tenancy.Tenants[name]
		g.group("tenant "+name, "Tenant "+name, func() {
			if t.Object != nil {
				g.node(t.Object, "Tenant")
			}
			for _, ns := range spaces[t] {
				title := "namespace " + ns.Name
				if ns.Home {
					title = "home " + ns.Name
				}
				g.group("namespace "+ns.Name, title, func() {
					if ns.Object != nil && g.holes[Reference(ns.Object.Ref)] {
						g.node(ns.Object, "Namespace")
					}
					g.appliersOf(model.TenantStanding, ns)
				})
			}
		})
	}
	g.connect()
}

// appliersOf draws the appliers of the namespace, or of all the platform's, with
// their sources and accounts.
func (g *graph) appliersOf(s model.Standing, ns *model.Namespace) {
	in := func(namespace string) bool {
		return ns == nil && g.model.Tenancy.Standing(namespace) == s || ns != nil && namespace == ns.Name
	}
	for _, o := range g.model.Set.Objects {
		if in(o.Ref.Namespace) && deliveryOf(o) != "" {
			g.node(o, o.GroupKind.Kind)
		}
	}
	for _, a := range g.model.Appliers {
		if in(a.Object.Ref.Namespace) {
			g.node(a.Object, a.Object.GroupKind.Kind)
			g.text(g.accountKey(a), g.accountName(a))
		}
	}
}

func (g *graph) accountKey(a model.Applier) string {
	return "account " + a.Object.Ref.Namespace + "/" + g.accountName(a)
}

func (g *graph) accountName(a model.Applier) string {
	account, known := g.model.Flux.ActsAs(a)
	switch {
	case account != "":
		return "as " + account
	case known || a.KubeConfig == nil:
		return "as " + a.Controller
	}
	return "as its kubeconfig"
}

// connect draws source -> applier -> account -> tenant.
func (g *graph) connect() {
	owned := g.ownedByAccounts()
	for _, a := range g.model.Appliers {
		at := nodeKey(a.Object)
		if g.ids[at] == "" {
			continue
		}
		if source := g.model.Set.SourceOf(a); source != nil {
			g.edge(nodeKey(source), at, g.leaves(a, source.Ref.Namespace))
		}
		for _, d := range a.DependsOn {
			other := g.model.Set.Get(a.Object.GroupKind, cmp.Or(d.Namespace, a.Object.Ref.Namespace), d.Name)
			if other != nil && d.Reads {
				g.edge(at, nodeKey(other), g.leaves(a, d.Namespace))
			}
		}
		g.edge(at, g.accountKey(a), g.holes[Reference(a.Object.Ref)])
		account, _ := g.model.Flux.ActsAs(a)
		for _, t := range owned[model.Account{Namespace: a.Object.Ref.Namespace, Name: account}] {
			g.edge(g.accountKey(a), nodeKey(t.Object), !slices.Contains(t.Homes, g.model.Tenancy.Namespaces[a.Object.Ref.Namespace]))
		}
	}
}

// leaves reports whether a reference of a tenant's object goes out of the tenant.
func (g *graph) leaves(a model.Applier, namespace string) bool {
	return g.model.Tenancy.Standing(a.Object.Ref.Namespace) == model.TenantStanding && leaves(a.Object, namespace) && !g.model.Tenancy.SameTenant(a.Object.Ref.Namespace, namespace)
}

// ownedByAccounts lists the tenants of each ServiceAccount.
func (g *graph) ownedByAccounts() map[model.Account][]*model.Tenant {
	owned := map[model.Account][]*model.Tenant{}
	for _, name := range slices.Sorted(maps.Keys(g.model.Tenancy.Tenants)) {
		t := g.model.Tenancy.Tenants[name]
		for _, o := range t.Owners {
			if account, ok := model.OwnerAccount(o.Spec.UserSpec); ok && t.Object != nil {
				owned[account] = append(owned[account], t)
			}
		}
	}
	return owned
}

func nodeKey(o *model.Object) string { return o.Ref.Kind + " " + o.Ref.Namespace + "/" + o.Ref.Name }

func (g *graph) group(key, title string, inside func()) {
	g.write("subgraph %s[%s]", g.id(key), quoted(title))
	g.indent += "  "
	inside()
	g.indent = g.indent[2:]
	g.write("end")
}

func (g *graph) node(o *model.Object, kind string) {
	g.text(nodeKey(o), kind+" "+o.Ref.Name)
	if g.holes[Reference(o.Ref)] {
		g.red[g.ids[nodeKey(o)]] = true
	}
}

func (g *graph) text(key, label string) {
	if g.ids[key] == "" {
		g.write("%s[%s]", g.id(key), quoted(label))
	}
}

// edge draws an arrow, once, between two nodes that are there.
func (g *graph) edge(from, to string, red bool) {
	from, to = g.ids[from], g.ids[to]
	if from == "" || to == "" || g.drawn[from+to] {
		return
	}
	g.drawn[from+to] = true
	g.write("%s --> %s", from, to)
	if red {
		g.redEdges = append(g.redEdges, fmt.Sprint(g.edges))
	}
	g.edges++
}

func (g *graph) write(format string, args ...any) {
	g.lines = append(g.lines, "  "+g.indent+fmt.Sprintf(format, args...))
}

// id is short and safe: names may hold words that Mermaid keeps for itself.
func (g *graph) id(key string) string {
	if g.ids[key] == "" {
		g.ids[key] = fmt.Sprintf("n%d", len(g.ids)+1)
	}
	return g.ids[key]
}

func quoted(label string) string {
	return `"` + strings.NewReplacer(`"`, "#quot;", "\n", " ").Replace(label) + `"`
}
