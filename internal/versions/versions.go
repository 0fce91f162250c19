// Package versions is the table of the versions of Flux and Capsule that the library
// supports. The CRD schemas, the lockdown's flags, what the command prints as its
// version and the README's table come from it or are checked against it.
package versions

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// The components with versions.
const (
	Flux    = "Flux"
	Capsule = "Capsule"
)

// A Release is a minor version of a component.
type Release struct {
	// Component is Flux or Capsule.
	Component string

	// Version is the minor version, such as "2.9".
	Version string

	// Pinned is set for the version whose modules are in go.mod.
	Pinned bool

	// Modules define the CRDs, each written as module@version.
	Modules []string

	// Go is the toolchain that the modules need if it is newer than go.mod's.
	Go string

	// Built are the modules that the end-to-end tests build or take files from, written
	// as module@version, if they differ from Modules. A controller may be older than its
	// API, since not every version is available as a module.
	Built []string

	// NotRun is why the end-to-end tests do not run this version; empty if they do.
	NotRun string
}

// All returns every supported release: Flux first, and the oldest first.
func All() []Release {
	all := slices.Clone(table)
	for i := range all {
		all[i].Modules = slices.Clone(all[i].Modules)
	}
	return all
}

// Of returns the versions of a component, the oldest first.
func Of(component string) []string {
	var versions []string
	for _, r := range table {
		if r.Component == component {
			versions = append(versions, r.Version)
		}
	}
	return versions
}

// Get returns the release of a component that has a version, such as "2.9". It
// reports whether there is one.
func Get(component, version string) (Release, bool) {
	for _, r := range All() {
		if r.Component == component && r.Version == version {
			return r, true
		}
	}
	return Release{}, false
}

// Pinned returns the version of a component that the library is built with.
func Pinned(component string) string {
	i := slices.IndexFunc(table, func(r Release) bool { return r.Component == component && r.Pinned })
	return table[i].Version
}

// Validate checks a version of a component, which may be left out.
func Validate(path *field.Path, component, text string) field.ErrorList {
	if _, ok := Parse(component, text); !ok {
		return field.ErrorList{field.NotSupported(path, text, Of(component))}
	}
	return nil
}

var minor = regexp.MustCompile(`^v?(\d+\.\d+)(\.\d+)?$`)

// Parse returns the minor version of a component in the table's form: "2.9" for
// "v2.9.4". The empty text is the pinned version. It reports whether the version is
// supported.
func Parse(component, text string) (string, bool) {
	if text == "" {
		return Pinned(component), true
	}
	match := minor.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return match[1], slices.Contains(Of(component), match[1])
}
