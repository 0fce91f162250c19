package audit

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteMermaid draws the tenancy of a set of objects as a Mermaid flowchart:
// tenants, their homes and member namespaces, the accounts that Flux acts as, and
// the sources. What has a finding of severity error that is not suppressed is
// red, and so is an edge that leaves its tenant.
//
// Large fleets make a large picture: hand in the objects of a few tenants.
func WriteMermaid(w io.Writer, inputs []Input, opts ...Option) error {
	var s settings
	for _, opt := range opts {
		opt.apply(&s)
	}
	m := newModel(inputs, s)
	g := graph{model: m, holes: holes(Check(inputs, opts...)), ids: map[string]string{}, red: map[string]bool{}, drawn: map[string]bool{}}
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
	*model
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
		for _, c := range g.controllers {
			g.node(c.object, c.object.gk.Kind)
		}
		g.appliersOf(platformStanding, nil)
	})
	spaces := map[*tenant][]*namespace{}
	for _, name := range g.tenantNamespaces() {
		ns := g.namespaces[name]
		spaces[ns.tenant] = append(spaces[ns.tenant], ns)
	}
	for _, name := range slices.Sorted(maps.Keys(g.tenants)) {
		t := g.tenants[name]
		g.group("tenant "+name, "Tenant "+name, func() {
			if t.object != nil {
				g.node(t.object, "Tenant")
			}
			for _, ns := range spaces[t] {
				title := "namespace " + ns.name
				if ns.home {
					title = "home " + ns.name
				}
				g.group("namespace "+ns.name, title, func() {
					if ns.object != nil && g.holes[ns.object.ref] {
						g.node(ns.object, "Namespace")
					}
					g.appliersOf(tenantStanding, ns)
				})
			}
		})
	}
	g.connect()
}

// appliersOf draws what Flux applies from the namespace, or from all of the
// platform's, with the sources and the accounts.
func (g *graph) appliersOf(s standing, ns *namespace) {
	in := func(namespace string) bool {
		return ns == nil && g.standing(namespace) == s || ns != nil && namespace == ns.name
	}
	for _, o := range g.objects {
		if in(o.ref.Namespace) && deliveryOf(o) != "" {
			g.node(o, o.gk.Kind)
		}
	}
	for _, a := range g.applied() {
		if in(a.ref.Namespace) {
			g.node(a.object, a.gk.Kind)
			g.text(g.accountKey(a), g.accountName(a))
		}
	}
}

func (g *graph) accountKey(a applier) string {
	return "account " + a.ref.Namespace + "/" + g.accountName(a)
}

func (g *graph) accountName(a applier) string {
	account, known := g.actsAs(a)
	switch {
	case account != "":
		return "as " + account
	case known || a.kubeConfig == nil:
		return "as " + a.controller
	}
	return "as its kubeconfig"
}

// connect draws source -> applier -> account -> tenant.
func (g *graph) connect() {
	owned := g.ownedByAccounts()
	for _, a := range g.applied() {
		at := nodeKey(a.object)
		if g.ids[at] == "" {
			continue
		}
		if source := g.sourceOf(a); source != nil {
			g.edge(nodeKey(source), at, g.leaves(a, source.ref.Namespace))
		}
		for i, d := range a.dependsOn {
			other := g.byKey[key{a.gk, orDefault(d.Namespace, a.ref.Namespace), d.Name}]
			if other != nil && a.readyExpr[i] {
				g.edge(at, nodeKey(other), g.leaves(a, d.Namespace))
			}
		}
		g.edge(at, g.accountKey(a), g.holes[a.ref])
		account, _ := g.actsAs(a)
		for _, t := range owned[a.ref.Namespace+"/"+account] {
			g.edge(g.accountKey(a), nodeKey(t.object), !slices.Contains(t.homes, g.namespaces[a.ref.Namespace]))
		}
	}
}

// leaves tells whether a reference of a tenant's object goes out of the tenant.
func (g *graph) leaves(a applier, namespace string) bool {
	return g.standing(a.ref.Namespace) == tenantStanding && g.foreign(a.object, namespace) && !g.sameTenant(a.ref.Namespace, namespace)
}

// ownedByAccounts lists the tenants of each ServiceAccount, as namespace/name.
func (g *graph) ownedByAccounts() map[string][]*tenant {
	owned := map[string][]*tenant{}
	for _, name := range slices.Sorted(maps.Keys(g.tenants)) {
		t := g.tenants[name]
		for _, o := range t.owners {
			if namespace, account, ok := serviceAccount(o.UserSpec); ok && t.object != nil {
				owned[namespace+"/"+account] = append(owned[namespace+"/"+account], t)
			}
		}
	}
	return owned
}

func nodeKey(o *object) string { return o.ref.Kind + " " + o.ref.Namespace + "/" + o.ref.Name }

func (g *graph) group(key, title string, inside func()) {
	g.write("subgraph %s[%s]", g.id(key), quoted(title))
	g.indent += "  "
	inside()
	g.indent = g.indent[2:]
	g.write("end")
}

func (g *graph) node(o *object, kind string) {
	g.text(nodeKey(o), kind+" "+o.ref.Name)
	if g.holes[o.ref] {
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
