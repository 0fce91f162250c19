package diff

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/audit/internal/oneline"
)

// maxComment is the length from which on [WriteMarkdown] leaves out objects, in bytes:
// GitHub takes comments of 65,536 characters.
const maxComment = 60000

// WriteMarkdown writes a diff as a comment for a pull request: the widened access
// first, then the objects of each tenant, folded. Names and values are written so
// that none of them is taken for Markdown, HTML or somebody's name. Of a large change
// it leaves out objects, and says how many.
func WriteMarkdown(w io.Writer, d *Diff) error {
	m := markdown{}
	m.linef("### What this change does to tenants\n")
	m.linef("%s.\n", summary(d))
	if len(d.Unread) > 0 {
		m.linef("**%s could not be looked at: there may be more than this.**\n", oneline.Counted(len(d.Unread), "part"))
		for _, u := range d.Unread {
			m.linef("- %s: %s", code(oneline.Position(u.File, u.Line)), code(u.Reason))
		}
		m.linef("")
	}
	m.widened(d)
	for _, t := range d.Tenants {
		m.tenant(t)
	}
	if m.left > 0 {
		fmt.Fprintf(&m.end, "\n%s of this change are left out: this comment would be too long.\n", oneline.Counted(m.left, "further line"))
	}
	out := bufio.NewWriter(w)
	out.WriteString(m.text.String())
	out.WriteString(m.end.String())
	return out.Flush()
}

type markdown struct {
	text, end strings.Builder
	left      int // lines that are left out
}

func (m *markdown) linef(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if m.text.Len()+len(line) > maxComment {
		m.left++
		return
	}
	m.text.WriteString(line + "\n")
}

// widened writes the widened access and the findings.
func (m *markdown) widened(d *Diff) {
	if !d.Widened() {
		m.linef("No access is widened.\n")
	}
	for _, t := range d.Tenants {
		if len(t.Widened)+len(t.Findings) == 0 {
			continue
		}
		if len(t.Widened) > 0 || worst(t.Findings) >= audit.Warning {
			m.linef("#### ⚠️ Access widened: %s\n", m.name(t))
		} else {
			m.linef("#### Findings: %s\n", m.name(t))
		}
		for _, widening := range t.Widened {
			m.linef("- **%s**: %s%s", widening.Message, reference(widening.Object, widening.File, widening.Line), where(widening.Field))
		}
		for _, f := range t.Findings {
			m.linef("- **%s** [%s](%s): %s, %s", f.Severity, f.Rule, audit.Rule{ID: f.Rule}.PageURL(), reference(f.Object, f.File, f.Line), code(statement(f)))
		}
		m.linef("")
	}
}

func where(f Field) string {
	if f.Path == "" {
		return ""
	}
	return ", " + field(f)
}

func (m *markdown) name(t Tenant) string {
	if t.Name == "" {
		return "the platform"
	}
	return code(t.Name)
}

// tenant writes the objects of a tenant, folded.
func (m *markdown) tenant(t Tenant) {
	action := map[Action]string{Added: ", new", Removed: ", removed", Changed: ""}[t.Action]
	if t.Name == "" {
		action = ""
	}
	m.linef("<details><summary>%s%s: %s</summary>\n", htmlName(t), action, oneline.Counted(len(t.Objects), "object"))
	for _, o := range t.Objects {
		m.linef("- %s %s", o.Action, reference(o.Reference, o.File, o.Line))
		for _, f := range o.Fields {
			m.linef("  - %s", field(f))
		}
	}
	for _, f := range t.Fixed {
		m.linef("- fixed: %s, %s", code(f.Rule), reference(f.Object, f.File, f.Line))
	}
	m.text.WriteString("\n</details>\n\n") // also where lines are left out
}

// htmlName is for <summary>, in which there is no Markdown.
func htmlName(t Tenant) string {
	if t.Name == "" {
		return "Platform"
	}
	return "<code>" + html.EscapeString(printable(t.Name)) + "</code>"
}

func reference(object audit.Reference, file string, line int) string {
	text := code(object.String())
	if file != "" {
		text += " in " + code(oneline.Position(file, line))
	}
	return text
}

func field(f Field) string { return code(f.String()) }

// code returns text as it stands, between as many backquotes as it takes.
func code(text string) string {
	text = printable(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.TrimSpace(text) == "" {
		text = " " + text + " "
	}
	return fence + text + fence
}

// printable returns text on one line, without what a terminal or a page takes for
// something else.
func printable(text string) string { return oneline.Of(text, 300) }
