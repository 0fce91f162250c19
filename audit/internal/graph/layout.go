package graph

// Sizes of the drawing, in pixels.
const (
	nodeWidth, nodeHeight = 196, 40
	columnGap, rowGap     = 56, 12
	pad, titleHeight      = 14, 30
	columns               = 4 // sources, appliers, accounts, and the tenant
	margin                = 16
)

// A box is where a group is drawn.
type box struct {
	*Group
	x, y, width, height int
	depth               int
}

// A spot is where a node is drawn.
type spot struct {
	*Node
	x, y int
}

// A layout is where everything is drawn. Groups lie one below the other; in each, the
// nodes flow from left to right by their role.
type layout struct {
	boxes         []box
	spots         []spot
	byID          map[string]spot
	width, height int
}

func newLayout(g *Graph) *layout {
	l := &layout{byID: map[string]spot{}, width: 2*margin + 4*pad + column(columns) - columnGap}
	y := margin
	for _, group := range g.Groups {
		y = l.group(group, margin, y, l.width-2*margin, 0) + margin
	}
	l.height = y
	return l
}

// column returns the distance of a column from the first.
func column(i int) int { return i * (nodeWidth + columnGap) }

// group places a group of that width, and returns where it ends.
func (l *layout) group(g *Group, x, y, width, depth int) int {
	at := len(l.boxes)
	l.boxes = append(l.boxes, box{Group: g, x: x, y: y, width: width, depth: depth})
	// All columns are the same in every group, at any depth.
	left := 2*pad + margin
	end := y + titleHeight
	if len(g.Groups) > 0 {
		end = l.tenant(g, x, end, left, depth)
	} else {
		end = l.leaf(g, end, left)
	}
	if end == y+titleHeight {
		end -= pad / 2
	}
	l.boxes[at].height = end + pad/2 - y
	return end + pad/2
}

// tenant places namespaces, with the Tenant to the right of them.
func (l *layout) tenant(g *Group, x, y, left, depth int) int {
	side := y
	for _, n := range g.Nodes {
		l.put(n, left+column(columns-1), side+titleHeight)
		side += nodeHeight + rowGap
	}
	if side > y {
		side += titleHeight
	}
	inner := column(columns-1) - columnGap + 2*pad
	end := y
	for _, group := range g.Groups {
		end = l.group(group, x+pad, end, inner, depth+1) + rowGap
	}
	return max(end, side)
}

// leaf places nodes without a role on top, in rows, and the others in columns, starting
// with the first column in use.
func (l *layout) leaf(g *Group, y, left int) int {
	next := map[Role]int{}
	others := 0
	for _, n := range g.Nodes {
		if n.Role == Other {
			l.put(n, left+column(others%columns), y+others/columns*(nodeHeight+rowGap))
			others++
		}
	}
	top := y + (others+columns-1)/columns*(nodeHeight+rowGap)
	end, first := top, Account
	for _, n := range g.Nodes {
		if n.Role != Other {
			first = min(first, n.Role)
		}
	}
	for _, n := range g.Nodes {
		if n.Role == Other {
			continue
		}
		if next[n.Role] == 0 {
			next[n.Role] = top
		}
		l.put(n, left+column(int(n.Role-first)), next[n.Role])
		next[n.Role] += nodeHeight + rowGap
		end = max(end, next[n.Role])
	}
	return end
}

func (l *layout) put(n *Node, x, y int) {
	s := spot{n, x, y}
	l.spots = append(l.spots, s)
	l.byID[n.ID] = s
}
