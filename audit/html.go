package audit

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/graph"
	"github.com/fluxcapsule/fluxcapsule/audit/internal/oneline"
)

//go:embed html
var htmlFiles embed.FS

// htmlPage is parsed when the program starts: a test writes it.
var htmlPage = template.Must(template.New("page.tmpl").Funcs(template.FuncMap{
	"counted": oneline.Counted, "plain": func(text string) string { return oneline.Of(text, 2000) },
}).ParseFS(htmlFiles, "html/page.tmpl"))

// WriteHTML writes a report as one HTML file to open and to send: the findings by
// tenant and severity with file, exploit and fix, a filter, and the drawing of
// [WriteSVG] if the report comes from [Check]. The file loads nothing: its own policy
// forbids the browser any request. Without JavaScript it shows all findings.
func WriteHTML(w io.Writer, report *Report) error {
	page := htmlReport{Report: report, Tenants: htmlTenants(report)}
	for _, t := range page.Tenants {
		page.Errors += t.Errors
		page.Warnings += t.Warnings
		page.Infos += t.Infos
		page.Suppressed += t.Suppressed
	}
	if g, err := graphOf(report); err == nil {
		var b bytes.Buffer
		if err := graph.WriteInline(&b, g); err != nil {
			return err
		}
		page.Picture = template.HTML(b.String()) // package graph escapes names
	}
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return err
	}
	script, err := htmlFiles.ReadFile("html/script.js")
	if err != nil {
		return err
	}
	page.Style, page.Script = template.CSS(string(style)+graph.Style), template.JS(script)
	page.Policy = strings.Join([]string{
		"default-src 'none'", "style-src " + hashSource(string(page.Style)), "script-src " + hashSource(string(page.Script)),
		"img-src data:", "base-uri 'none'", "form-action 'none'",
	}, "; ")
	return htmlPage.Execute(w, page)
}

// hashSource allows one inline text in a Content-Security-Policy.
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// htmlReport is what the template shows.
type htmlReport struct {
	*Report
	htmlCount
	Tenants []htmlTenant
	Picture template.HTML
	Style   template.CSS
	Script  template.JS
	Policy  string
}

type htmlCount struct{ Errors, Warnings, Infos, Suppressed int }

// htmlTenant is a tenant with its findings, the worst first; the platform has no name.
type htmlTenant struct {
	Name string
	htmlCount
	Findings []htmlFinding
}

// Title is Platform or the tenant's name.
func (t htmlTenant) Title() string {
	if t.Name == "" {
		return "Platform"
	}
	return t.Name
}

type htmlFinding struct{ Finding }

// State is the severity, or suppressed.
func (f htmlFinding) State() string {
	if f.Suppressed != "" {
		return "suppressed"
	}
	return f.Severity.String()
}

// Position is the file and the line.
func (f htmlFinding) Position() string { return oneline.Position(f.File, f.Line) }

// PageURL is the address of the rule's page.
func (f htmlFinding) PageURL() string { return Rule{ID: f.Rule}.PageURL() }

func htmlTenants(report *Report) []htmlTenant {
	var tenants []htmlTenant
	for _, f := range report.Findings {
		if len(tenants) == 0 || tenants[len(tenants)-1].Name != f.Tenant {
			tenants = append(tenants, htmlTenant{Name: f.Tenant})
		}
		t := &tenants[len(tenants)-1]
		t.Findings = append(t.Findings, htmlFinding{f})
		switch {
		case f.Suppressed != "":
			t.Suppressed++
		case f.Severity == Error:
			t.Errors++
		case f.Severity == Warning:
			t.Warnings++
		default:
			t.Infos++
		}
	}
	for _, t := range tenants {
		slices.SortStableFunc(t.Findings, func(a, b htmlFinding) int { return htmlWeight(b) - htmlWeight(a) })
	}
	return tenants
}

func htmlWeight(f htmlFinding) int {
	if f.Suppressed != "" {
		return 0
	}
	return int(f.Severity)
}
