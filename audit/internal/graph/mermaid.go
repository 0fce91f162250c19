package graph

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteMermaid writes a graph as a Mermaid flowchart.
func WriteMermaid(w io.Writer, g *Graph) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "flowchart LR")
	var holes, red []string
	for _, group := range g.Groups {
		holes = append(holes, mermaidGroup(out, group, "  ")...)
	}
	for i, e := range g.Edges {
		fmt.Fprintf(out, "  %s --> %s\n", e.From, e.To)
		if e.Red {
			red = append(red, fmt.Sprint(i))
		}
	}
	fmt.Fprintln(out, "  classDef hole fill:#fdd,stroke:#c00,color:#600")
	if slices.Sort(holes); len(holes) > 0 {
		fmt.Fprintf(out, "  class %s hole\n", strings.Join(holes, ","))
	}
	if len(red) > 0 {
		fmt.Fprintf(out, "  linkStyle %s stroke:#c00\n", strings.Join(red, ","))
	}
	return out.Flush()
}

// mermaidGroup writes a group and returns the nodes that are holes.
func mermaidGroup(w io.Writer, g *Group, indent string) (holes []string) {
	fmt.Fprintf(w, "%ssubgraph %s[%s]\n", indent, g.ID, quoted(g.Title))
	for _, n := range g.Nodes {
		fmt.Fprintf(w, "%s  %s[%s]\n", indent, n.ID, quoted(n.Label()))
		if n.Hole {
			holes = append(holes, n.ID)
		}
	}
	for _, inner := range g.Groups {
		holes = append(holes, mermaidGroup(w, inner, indent+"  ")...)
	}
	fmt.Fprintf(w, "%send\n", indent)
	return holes
}

func quoted(label string) string {
	return `"` + strings.NewReplacer(`"`, "#quot;", "\n", " ").Replace(label) + `"`
}
