package versions

import (
	"fmt"
	"path"
	"strings"
)

// Text returns the versions of upstream that the command prints: those that the
// library is built with, and those whose CRDs it knows.
func Text() string {
	var lines []string
	for _, component := range []string{Flux, Capsule} {
		lines = append(lines, fmt.Sprintf("%s %s (supported: %s)", component, Pinned(component), strings.Join(Of(component), ", ")))
	}
	return strings.Join(lines, "\n")
}

// Table returns the releases as a table in Markdown, for the README.
func Table() string {
	var b strings.Builder
	b.WriteString("| | | CRDs checked, from | end to end |\n|---|---|---|---|\n")
	for _, r := range table {
		version := r.Version
		if r.Pinned {
			version = "**" + version + "**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Component, version, strings.Join(r.modules(), ", "), r.EndToEnd)
	}
	return b.String()
}

// modules returns the modules in short form: "source-controller 1.9.6".
func (r Release) modules() []string {
	var names []string
	for _, module := range r.Modules {
		name, version, _ := strings.Cut(module, "@v")
		names = append(names, path.Base(strings.TrimSuffix(name, "/api"))+" "+version)
	}
	return names
}
