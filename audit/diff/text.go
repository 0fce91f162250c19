package diff

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/audit/internal/oneline"
)

// WriteJSON writes a diff as one JSON object, as the tags of [Diff] say.
func WriteJSON(w io.Writer, d *Diff) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

// WriteText writes a diff for people: for each tenant the widened access, the findings
// and the objects; then the parts that could not be read, and a count.
func WriteText(w io.Writer, d *Diff) error {
	out := bufio.NewWriter(w)
	for _, t := range d.Tenants {
		fmt.Fprintf(out, "%s\n\n", heading(t))
		for _, widening := range t.Widened {
			fmt.Fprintf(out, "  widened  %s\n    %s\n", widening.Message, place(widening.Object, widening.File, widening.Line))
			if widening.Field.Path != "" {
				fmt.Fprintf(out, "    %s\n", printable(widening.Field.String()))
			}
		}
		writeFindings(out, "finding", t.Findings)
		writeFindings(out, "fixed", t.Fixed)
		for _, o := range t.Objects {
			fmt.Fprintf(out, "  %-7s  %s\n", o.Action, place(o.Reference, o.File, o.Line))
			for _, f := range o.Fields {
				fmt.Fprintf(out, "    %s\n", printable(f.String()))
			}
		}
		fmt.Fprintln(out)
	}
	if len(d.Unread) > 0 {
		fmt.Fprintf(out, "Could not be looked at\n\n")
	}
	for _, u := range d.Unread {
		fmt.Fprintf(out, "  %s\n    %s\n\n", printable(oneline.Position(u.File, u.Line)), printable(u.Reason))
	}
	fmt.Fprintln(out, summary(d))
	return out.Flush()
}

func writeFindings(w io.Writer, state string, findings []audit.Finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "  %-7s  %s %s\n    %s\n    %s\n", state, f.Severity, f.Rule, place(f.Object, f.File, f.Line), printable(statement(f)))
	}
}

// statement returns the field, the message, and why it is suppressed.
func statement(f audit.Finding) string {
	text := f.Message
	if f.Field != "" {
		text = f.Field + ": " + text
	}
	if f.Suppressed != "" {
		text += " (suppressed: " + f.Suppressed + ")"
	}
	return text
}

// String is "path: before -> after", or the path and the action where the values are
// not shown.
func (f Field) String() string {
	switch {
	case f.Before == "" && f.After == "":
		return f.Path + ": " + string(f.Action)
	case f.Action == Added:
		return f.Path + ": added " + f.After
	case f.Action == Removed:
		return f.Path + ": removed " + f.Before
	}
	return fmt.Sprintf("%s: %s -> %s", f.Path, cmp.Or(f.Before, "(not shown)"), cmp.Or(f.After, "(not shown)"))
}

// title returns how a tenant is called in a sentence.
func title(tenant string) string {
	if tenant == "" {
		return "the platform"
	}
	return "tenant " + tenant
}

// heading returns the name of a tenant, and what happens to it.
func heading(t Tenant) string {
	switch {
	case t.Name == "":
		return "Platform"
	case t.Action == Added:
		return "Tenant " + printable(t.Name) + ": new"
	case t.Action == Removed:
		return "Tenant " + printable(t.Name) + ": removed"
	}
	return "Tenant " + printable(t.Name)
}

// summary counts the differences, in one sentence.
func summary(d *Diff) string {
	objects, tenants := map[Action]int{}, map[Action]int{}
	widened, findings := 0, 0
	for _, t := range d.Tenants {
		if t.Name != "" {
			tenants[t.Action]++
		}
		for _, o := range t.Objects {
			objects[o.Action]++
		}
		widened += len(t.Widened)
		findings += len(t.Findings)
	}
	return fmt.Sprintf("%s changed, %d new, %d removed; objects: %d added, %d changed, %d removed; access widened in %s, %s",
		oneline.Counted(tenants[Changed], "tenant"), tenants[Added], tenants[Removed],
		objects[Added], objects[Changed], objects[Removed], oneline.Counted(widened, "place"), oneline.Counted(findings, "new finding"))
}

func place(object audit.Reference, file string, line int) string {
	return printable(strings.TrimSpace(object.String() + "  " + oneline.Position(file, line)))
}
