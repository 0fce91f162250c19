package diff

import (
	"cmp"
	"maps"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// An Action is the kind of change of an object, a field or a tenant.
type Action string

// The actions.
const (
	Added   Action = "added"
	Changed Action = "changed"
	Removed Action = "removed"
)

// A Diff is the effect of a change on each tenant.
type Diff struct {
	// Tenants are those that differ, sorted by name; the platform is the first, with
	// an empty name.
	Tenants []Tenant `json:"tenants"`

	// Unread are the parts that could not be read, before or after. Where there are
	// any, there may be more differences than these.
	Unread []audit.Unread `json:"unread,omitempty"`
}

// A Tenant is the effect of a change on one tenant or, without a name, on the
// platform.
type Tenant struct {
	Name   string `json:"name"`
	Action Action `json:"action"`

	// Objects are the objects that differ.
	Objects []Object `json:"objects,omitempty"`

	// Widened are the fields that give more access than before.
	Widened []Widening `json:"widened,omitempty"`

	// Findings are those of the audit that are new, more severe, or suppressed by
	// this change.
	Findings []audit.Finding `json:"findings,omitempty"`

	// Fixed are the findings that are gone.
	Fixed []audit.Finding `json:"fixed,omitempty"`
}

// An Object is an object that differs.
type Object struct {
	audit.Reference
	Action Action `json:"action"`
	File   string `json:"file,omitempty"` // before, if the object is removed
	Line   int    `json:"line,omitempty"`

	// Fields are the fields that differ, if it is changed.
	Fields []Field `json:"fields,omitempty"`
}

// A Field is a field that differs.
type Field struct {
	Path   string `json:"path"`
	Action Action `json:"action"`

	// Before and After are the values, where they may be shown and are short.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// A Widening is a field that gives more access than before. The path of the field is
// empty if the whole object does, or if it is gone and stopped something.
type Widening struct {
	Object audit.Reference `json:"object"`
	File   string          `json:"file,omitempty"`
	Line   int             `json:"line,omitempty"`
	Field  Field           `json:"field"`

	// Message says what the field means: "another holder of the role".
	Message string `json:"message"`
}

// Widened reports whether anybody has more access than before: a field gives more, or
// a finding of severity warning or error is new.
func (d *Diff) Widened() bool {
	return slices.ContainsFunc(d.Tenants, func(t Tenant) bool { return len(t.Widened) > 0 }) || d.Worst() >= audit.Warning
}

// Worst returns the highest severity among the new findings, suppressed ones included:
// a change cannot excuse itself. It is zero if there are none.
func (d *Diff) Worst() audit.Severity {
	var highest audit.Severity
	for _, t := range d.Tenants {
		highest = max(highest, worst(t.Findings))
	}
	return highest
}

func worst(findings []audit.Finding) audit.Severity {
	var highest audit.Severity
	for _, f := range findings {
		highest = max(highest, f.Severity)
	}
	return highest
}

// Between returns the differences between two reports of [audit.Check]. Files are
// compared by name: those of both reports must start at the same folder.
func Between(before, after *audit.Report) *Diff {
	c := comparison{tenants: map[string]*Tenant{}, was: map[string]bool{}, is: map[string]bool{}, roles: map[string]audit.Object{}}
	for _, name := range before.Tenants() {
		c.was[name] = true
	}
	for _, name := range after.Tenants() {
		c.is[name] = true
	}
	objects := after.Objects()
	for _, o := range objects {
		if o.Kind == "ClusterRole" {
			c.roles[o.Name] = o
		}
	}
	for _, p := range pairs(before.Objects(), objects) {
		c.compare(p)
	}
	c.findings(before, after)
	for name := range c.was {
		if !c.is[name] {
			c.tenant(name)
		}
	}
	for name := range c.is {
		if !c.was[name] {
			c.tenant(name)
		}
	}
	d := &Diff{Tenants: []Tenant{}, Unread: unread(before, after)}
	for _, name := range slices.Sorted(maps.Keys(c.tenants)) {
		d.Tenants = append(d.Tenants, *c.tenants[name])
	}
	return d
}

// unread returns the parts that either report could not read, without duplicates.
func unread(before, after *audit.Report) []audit.Unread {
	all := slices.Concat(before.Unread, after.Unread)
	slices.SortFunc(all, func(a, b audit.Unread) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(all)
}

// A comparison collects the differences by tenant.
type comparison struct {
	tenants map[string]*Tenant
	was, is map[string]bool         // the names of the tenants before and after
	roles   map[string]audit.Object // the ClusterRoles after
}

// tenant returns the differences of a tenant.
func (c *comparison) tenant(name string) *Tenant {
	t := c.tenants[name]
	if t == nil {
		t = &Tenant{Name: name, Action: c.action(name)}
		c.tenants[name] = t
	}
	return t
}

func (c *comparison) action(tenant string) Action {
	switch {
	case c.is[tenant] && !c.was[tenant]:
		return Added
	case c.was[tenant] && !c.is[tenant]:
		return Removed
	}
	return Changed
}

// compare adds what differs between the two states of an object. One that goes from one
// tenant to another differs for both.
func (c *comparison) compare(p pair) {
	shown := p.shown()
	object := Object{Reference: shown.Reference, Action: Changed, File: shown.File, Line: shown.Line}
	events := compareObjects(p)
	switch {
	case p.before == nil:
		object.Action = Added
	case p.after == nil:
		object.Action = Removed
	default:
		for _, e := range events {
			if !e.within {
				object.Fields = append(object.Fields, e.field())
			}
		}
	}
	t := c.tenant(shown.Tenant)
	t.Objects = append(t.Objects, object)
	t.Widened = append(t.Widened, c.widened(t.Action, object, events)...)
	if p.moved() {
		left := c.tenant(p.before.Tenant)
		left.Objects = append(left.Objects, object)
		t.Widened = append(t.Widened, Widening{object.Reference, object.File, object.Line, Field{}, "belonged to " + title(left.Name) + " before"})
	}
}

// findings adds the findings that are new and those that are gone.
func (c *comparison) findings(before, after *audit.Report) {
	known, still := map[string]audit.Finding{}, map[string]bool{}
	for _, f := range before.Findings {
		if old, ok := known[f.Fingerprint()]; !ok || counts(f) > counts(old) {
			known[f.Fingerprint()] = f
		}
	}
	for _, f := range after.Findings {
		still[f.Fingerprint()] = true
		old, ok := known[f.Fingerprint()]
		if !ok || counts(f) > counts(old) || f.Suppressed != "" && old.Suppressed == "" {
			t := c.tenant(f.Tenant)
			t.Findings = append(t.Findings, f)
		}
	}
	for _, f := range before.Findings {
		if !still[f.Fingerprint()] {
			t := c.tenant(f.Tenant)
			t.Fixed = append(t.Fixed, f)
		}
	}
}

// counts returns how much a finding counts: nothing if it is suppressed.
func counts(f audit.Finding) audit.Severity {
	if f.Suppressed != "" {
		return 0
	}
	return f.Severity
}
