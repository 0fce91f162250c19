// Package graph draws the tenancy of a set of objects: tenants, their homes and member
// namespaces, the accounts that Flux acts as, and the sources. [New] makes one graph,
// which is written as Mermaid and as SVG.
package graph

import (
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A Graph is groups of nodes, and edges between the nodes.
type Graph struct {
	Groups []*Group
	Edges  []Edge
}

// A Group is the platform, a tenant, a namespace, or the tenants that are counted.
type Group struct {
	ID, Title string
	Count     Count // of a tenant
	Nodes     []*Node
	Groups    []*Group
}

// A Node is an object, an account, or a number of tenants.
type Node struct {
	ID, Kind, Name string
	Role           Role
	Hole           bool // an attack goes through it
}

// Label is the kind and the name.
func (n *Node) Label() string {
	if n.Kind == "" {
		return n.Name
	}
	return n.Kind + " " + n.Name
}

// A Role is what a node is for: content flows from sources to appliers, which act as
// accounts.
type Role int

// The roles.
const (
	Other Role = iota
	Source
	Applier
	Account
)

// An Edge leads from one node to another, by their IDs. It is red if it leaves a tenant.
type Edge struct {
	From, To string
	Red      bool
}

// A Count is the number of findings that are not suppressed.
type Count struct{ Errors, Warnings int }

// Findings are what the audit found.
type Findings struct {
	Holes  map[model.Ref]bool // objects with an error that is not suppressed
	Counts map[string]Count   // by tenant
}

// New returns the graph of a set. Of more than a dozen tenants those are drawn that
// have errors or warnings, the worst first, and whom they reach; the others are counted
// by the folder that they are in.
func New(m *model.Model, found Findings) *Graph {
	b := &builder{model: m, found: found, nodes: map[string]*Node{}, edges: map[string]bool{}, graph: &Graph{}}
	b.drawn = b.choose()
	b.draw()
	return b.graph
}

// A builder makes a graph.
type builder struct {
	model *model.Model
	found Findings
	graph *Graph
	drawn map[string]bool // the tenants that are; nil for all
	ids   int
	nodes map[string]*Node // by key
	edges map[string]bool
}

// id is short and safe: names may hold words that Mermaid keeps for itself.
func (b *builder) id() string {
	b.ids++
	return fmt.Sprintf("n%d", b.ids)
}

func (b *builder) group(title string) *Group { return &Group{ID: b.id(), Title: title} }

// node adds a node to a group, once.
func (b *builder) node(g *Group, key string, n Node) {
	if b.nodes[key] != nil {
		return
	}
	n.ID = b.id()
	b.nodes[key] = &n
	g.Nodes = append(g.Nodes, &n)
}

func (b *builder) object(g *Group, o *model.Object, kind string, role Role) {
	b.node(g, nodeKey(o), Node{Kind: kind, Name: o.Ref.Name, Role: role, Hole: b.found.Holes[o.Ref]})
}

// edge adds an edge, once, between two nodes that are there.
func (b *builder) edge(from, to string, red bool) {
	start, end := b.nodes[from], b.nodes[to]
	if start == nil || end == nil || b.edges[start.ID+end.ID] {
		return
	}
	b.edges[start.ID+end.ID] = true
	b.graph.Edges = append(b.graph.Edges, Edge{start.ID, end.ID, red})
}

func nodeKey(o *model.Object) string { return o.Ref.Kind + " " + o.Ref.Namespace + "/" + o.Ref.Name }
