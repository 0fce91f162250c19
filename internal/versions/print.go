package versions

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Text returns the versions of upstream that the command prints: those that the
// library is built with, those whose CRDs it knows, and those that have run end to
// end.
func Text() string {
	var lines []string
	for _, component := range []string{Flux, Capsule} {
		var ran []string
		for _, r := range table {
			if r.Component == component && r.passes() {
				ran = append(ran, r.Version)
			}
		}
		lines = append(lines, fmt.Sprintf("%s %s (supported: %s; run end to end: %s)",
			component, Pinned(component), strings.Join(Of(component), ", "), strings.Join(ran, ", ")))
	}
	return strings.Join(lines, "\n")
}

// Table returns the releases, and what ran of them, in Markdown, for the README.
func Table() string {
	var b strings.Builder
	b.WriteString("| | | CRDs checked, from | end to end |\n|---|---|---|---|\n")
	for _, r := range table {
		version := r.Version
		if r.Pinned {
			version = "**" + version + "**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Component, version, strings.Join(r.modules(), ", "), r.endToEnd())
	}
	for _, run := range runs() {
		b.WriteString("\n" + run.text())
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

// endToEnd returns what ran of a release, in a few words.
func (r Release) endToEnd() string {
	if r.NotRun != "" {
		return "not run: " + r.NotRun
	}
	var texts []string
	for _, run := range r.runs() {
		text := fmt.Sprintf("*%s*: %d cases passed", run.Set, run.passed())
		if n := run.failed(); n > 0 {
			text += fmt.Sprintf(", **%d failed**", n)
		}
		if n := run.notRun(); n > 0 {
			text += fmt.Sprintf(", %d not run", n)
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return "not run yet"
	}
	return strings.Join(texts, "; ")
}

// passes reports whether the release has run in a set without a failed case.
func (r Release) passes() bool {
	return slices.ContainsFunc(r.runs(), func(run Run) bool { return run.failed() == 0 })
}

// text returns what ran in full: versions, packages, and the cases that did not pass.
func (r Run) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%s* is Flux %s with Capsule %s: %s. Cases passed: ", r.Set, r.Flux, r.Capsule, strings.Join(r.Components, ", "))
	for i, p := range r.Packages {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %d", p.Name, p.Passed)
	}
	b.WriteString(".\n")
	for _, p := range r.Packages {
		for _, c := range p.Failed {
			fmt.Fprintf(&b, "- **failed**: %s\n", c.text())
		}
		b.WriteString(notRun(p.NotRun))
	}
	return b.String()
}

// notRun lists the cases, and those that share a reason by their number.
func notRun(cases []Case) string {
	by := map[string]int{}
	for _, c := range cases {
		by[c.Reason]++
	}
	var b strings.Builder
	for _, c := range cases {
		switch n := by[c.Reason]; {
		case n == 1:
			fmt.Fprintf(&b, "- not run: %s\n", c.text())
		case n > 1:
			fmt.Fprintf(&b, "- not run: %d cases: %s\n", n, c.Reason)
			by[c.Reason] = 0 // listed
		}
	}
	return b.String()
}

func (c Case) text() string {
	name := strings.ReplaceAll(c.Name, "_", " ")
	if c.Reason == "" {
		return name
	}
	return name + ": " + c.Reason
}

func (r Run) passed() (n int) {
	for _, p := range r.Packages {
		n += p.Passed
	}
	return n
}

func (r Run) failed() (n int) {
	for _, p := range r.Packages {
		n += len(p.Failed)
	}
	return n
}

func (r Run) notRun() (n int) {
	for _, p := range r.Packages {
		n += len(p.NotRun)
	}
	return n
}
