// Package advisories holds the published advisories against what a platform runs:
// Flux's controllers, the Flux distribution, Flux Operator, Capsule and Capsule
// Proxy. The data is advisories.yaml; the audit's rule on versions, the oldest
// version that a platform may name and the table of the README come from it.
package advisories

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/version"
	"sigs.k8s.io/yaml"
)

// The components that are not controllers of Flux.
const (
	Flux         = "flux" // the distribution: manifests and command
	FluxOperator = "flux-operator"
	Capsule      = "capsule"
	CapsuleProxy = "capsule-proxy"
)

// An Advisory is one that its project published, or a fix without one.
type Advisory struct {
	// ID is the CVE or, if it has none, the ID of the advisory on GitHub. Without an
	// advisory it is the pull request that fixed it.
	ID string `json:"id"`

	// Title says what is wrong.
	Title string `json:"title"`

	// Lets says what it lets a tenant do, in a sentence.
	Lets string `json:"lets"`

	// Escape is set if it lets a tenant out of its namespaces.
	Escape bool `json:"escape"`

	// Source is the address of the advisory.
	Source string `json:"source"`

	// Affected are the components and versions that have it.
	Affected []Range `json:"affected"`
}

// A Range is versions of one component: from First on, or from the first release
// where it is empty, up to but not including Fixed.
type Range struct {
	Component string `json:"component"`
	First     string `json:"first,omitempty"`
	Fixed     string `json:"fixed"`
}

//go:embed advisories.yaml
var file []byte

type data struct {
	Advisories []Advisory        `json:"advisories"`
	Supported  map[string]string `json:"supported"`
}

var read = sync.OnceValue(func() data {
	var d data
	if err := yaml.UnmarshalStrict(file, &d); err != nil {
		panic(fmt.Sprintf("advisories: %v", err)) // a test reads it
	}
	return d
})

// All returns every advisory, the newest first.
func All() []Advisory {
	all := slices.Clone(read().Advisories)
	for i := range all {
		all[i].Affected = slices.Clone(all[i].Affected)
	}
	return all
}

// Of returns the advisories against one version of a component.
func Of(component string, v *version.Version) []Advisory {
	return slices.DeleteFunc(All(), func(a Advisory) bool { return !a.Affects(component, v) })
}

// Affects reports whether a version of a component has the vulnerability.
func (a Advisory) Affects(component string, v *version.Version) bool {
	return slices.ContainsFunc(a.Affected, func(r Range) bool {
		return r.Component == component && v.LessThan(version.MustParseGeneric(r.Fixed)) &&
			(r.First == "" || v.AtLeast(version.MustParseGeneric(r.First)))
	})
}

// Oldest returns the oldest version of a component from which on there is no
// known advisory; empty for a component without any.
func Oldest(component string) string {
	return highest(component, func(Advisory) bool { return true })
}

// OldestTight returns the oldest version of a component from which on no known
// advisory lets a tenant out of its namespaces; empty for a component without any.
func OldestTight(component string) string {
	return highest(component, func(a Advisory) bool { return a.Escape })
}

func highest(component string, counts func(Advisory) bool) string {
	oldest := ""
	for _, a := range read().Advisories {
		for _, r := range a.Affected {
			if r.Component == component && counts(a) && (oldest == "" || version.MustParseGeneric(oldest).LessThan(version.MustParseGeneric(r.Fixed))) {
				oldest = r.Fixed
			}
		}
	}
	return oldest
}

// Supported returns the oldest version of a component that upstream gives fixes;
// empty if nothing is published about that.
func Supported(component string) string { return read().Supported[component] }

// Components returns the components that have advisories, sorted.
func Components() []string {
	var names []string
	for _, a := range read().Advisories {
		for _, r := range a.Affected {
			names = append(names, r.Component)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Table returns the oldest versions as a table in Markdown, for the README.
func Table() string {
	var b strings.Builder
	b.WriteString("| Component | Lets no tenant out from | No known advisory from |\n|---|---|---|\n")
	for _, name := range Components() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, orAny(OldestTight(name)), orAny(Oldest(name)))
	}
	return b.String()
}

func orAny(version string) string {
	if version == "" {
		return "any"
	}
	return version
}
