package graph

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/oneline"
)

// Style is the CSS of the drawing, for a light and for a dark page.
//
//go:embed svg.css
var Style string

// WriteSVG writes a graph as an SVG image that needs nothing else.
func WriteSVG(w io.Writer, g *Graph) error { return writeSVG(w, g, "<style>\n"+Style+"</style>\n") }

// WriteInline writes a graph as an SVG element for a page that has the [Style].
func WriteInline(w io.Writer, g *Graph) error { return writeSVG(w, g, "") }

func writeSVG(w io.Writer, g *Graph, style string) error {
	l := newLayout(g)
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" class="tenancy" role="img" aria-label="The tenancy, with its holes in red" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`+"\n", l.width, l.height)
	out.WriteString(style)
	for _, name := range []string{"flow", "red"} {
		fmt.Fprintf(out, `<marker id="tenancy-%s" class="%[1]s" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`+"\n", name)
	}
	fmt.Fprintf(out, `<rect class="page" width="%d" height="%d"/>`+"\n", l.width, l.height)
	for _, b := range l.boxes {
		writeBox(out, b)
	}
	for _, red := range []bool{false, true} { // red ones on top
		for _, e := range g.Edges {
			if e.Red == red {
				writeEdge(out, l.byID[e.From], l.byID[e.To], red)
			}
		}
	}
	for _, s := range l.spots {
		writeNode(out, s)
	}
	fmt.Fprintln(out, "</svg>")
	return out.Flush()
}

func writeBox(w io.Writer, b box) {
	fmt.Fprintf(w, `<rect class="box depth%d" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", min(b.depth, 1), b.x, b.y, b.width, b.height)
	fmt.Fprintf(w, `<text class="title depth%d" x="%d" y="%d">%s</text>`+"\n", min(b.depth, 1), b.x+pad, b.y+20, text(b.Title, 60))
	if b.Count != (Count{}) {
		class := "warnings"
		if b.Count.Errors > 0 {
			class = "errors"
		}
		fmt.Fprintf(w, `<text class="count %s" x="%d" y="%d">%s</text>`+"\n", class, b.x+b.width-pad, b.y+20, b.Count)
	}
}

// String is "2 errors, 1 warning".
func (c Count) String() string {
	var parts []string
	if c.Errors > 0 {
		parts = append(parts, oneline.Counted(c.Errors, "error"))
	}
	if c.Warnings > 0 {
		parts = append(parts, oneline.Counted(c.Warnings, "warning"))
	}
	return strings.Join(parts, ", ")
}

var roleClasses = map[Role]string{Other: "other", Source: "source", Applier: "applier", Account: "account"}

func writeNode(w io.Writer, s spot) {
	class, radius := roleClasses[s.Role], 6
	if s.Role == Account {
		radius = nodeHeight / 2
	}
	if s.Hole {
		class += " hole"
	}
	fmt.Fprintf(w, `<g class="node %s"><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, class, text(s.Label(), 300), s.x, s.y, nodeWidth, nodeHeight, radius)
	middle := s.y + nodeHeight/2
	if s.Kind == "" {
		fmt.Fprintf(w, `<text class="name" x="%d" y="%d">%s</text></g>`+"\n", s.x+nodeWidth/2, middle+4, text(s.Name, maxName))
		return
	}
	fmt.Fprintf(w, `<text class="kind" x="%d" y="%d">%s</text>`, s.x+nodeWidth/2, middle-5, text(s.Kind, maxName))
	fmt.Fprintf(w, `<text class="name" x="%d" y="%d">%s</text></g>`+"\n", s.x+nodeWidth/2, middle+11, text(s.Name, maxName))
}

const maxName = 23 // characters that fit into a node

// writeEdge draws a curve from the right of one node to the left of another, or, where
// that does not lie to the right, around the right of both.
func writeEdge(w io.Writer, from, to spot, red bool) {
	class := "flow"
	if red {
		class = "red"
	}
	x1, y1, x2, y2 := from.x+nodeWidth, from.y+nodeHeight/2, to.x, to.y+nodeHeight/2
	bend := columnGap / 2
	if x2 <= from.x {
		x2, bend = to.x+nodeWidth, columnGap-8
		fmt.Fprintf(w, `<path class="edge %s" marker-end="url(#tenancy-%[1]s)" d="M%d %dC%d %d %d %d %d %d"/>`+"\n", class, x1, y1, x1+bend, y1, x2+bend, y2, x2, y2)
		return
	}
	fmt.Fprintf(w, `<path class="edge %s" marker-end="url(#tenancy-%[1]s)" d="M%d %dC%d %d %d %d %d %d"/>`+"\n", class, x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
}

// text returns text for an element, shortened.
func text(s string, max int) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(oneline.Of(s, max))) // a buffer takes everything
	return b.String()
}
