package schema

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

//go:embed schemas/*.json
var schemas embed.FS

const capsuleGroup = "capsule.clastix.io"

// An edition is a CRD from one version of its component on, until the next edition.
type edition struct {
	since int // the place among the versions of the component

	// compile reads and compiles the CRD when it is first asked for, since CEL rules
	// take long to compile.
	compile func() (*validator, error)
}

// editions are the CRDs of each kind, the oldest first. Only the names of the files
// are read, which are those of internal/crdsource.
var editions = sync.OnceValues(func() (map[schema.GroupVersionKind][]edition, error) {
	files, err := schemas.ReadDir("schemas")
	if err != nil {
		return nil, err
	}
	byKind := map[schema.GroupVersionKind][]edition{}
	for _, file := range files {
		parts := strings.Split(strings.TrimSuffix(file.Name(), ".json"), "_")
		if len(parts) != 4 {
			return nil, fmt.Errorf("%s: not the name of a schema", file.Name())
		}
		gvk := schema.GroupVersionKind{Group: parts[0], Version: parts[1], Kind: parts[2]}
		byKind[gvk] = append(byKind[gvk], edition{
			since:   slices.Index(versions.Of(componentOf(gvk.Group)), parts[3]),
			compile: sync.OnceValues(func() (*validator, error) { return read(file.Name()) }),
		})
	}
	for _, list := range byKind {
		slices.SortFunc(list, func(a, b edition) int { return a.since - b.since })
	}
	return byKind, nil
})

func read(name string) (*validator, error) {
	data, err := schemas.ReadFile("schemas/" + name)
	if err != nil {
		return nil, err
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := json.Unmarshal(data, &crd); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return compile(crd.Spec.Scope, crd.Spec.Versions[0])
}

// componentOf returns what serves an API group.
func componentOf(group string) string {
	if group == capsuleGroup {
		return versions.Capsule
	}
	return versions.Flux
}

// lookup returns the edition of a kind in one version of its component.
func lookup(gvk schema.GroupVersionKind, version int) (edition, bool, error) {
	all, err := editions()
	for _, e := range slices.Backward(all[gvk]) {
		if e.since <= version {
			return e, true, err
		}
	}
	return edition{}, false, err
}

// Covers reports whether some supported version of Flux or Capsule has a CRD for
// the kind, in whichever API version. Kinds that only Capsule's controllers write
// are not among them.
func Covers(kind schema.GroupKind) bool {
	all, _ := editions()
	for gvk := range all {
		if gvk.GroupKind() == kind {
			return true
		}
	}
	return false
}

// Kinds returns what a target serves, sorted by group, version and kind. It returns
// nothing for a target that is not valid.
func Kinds(target Target) []schema.GroupVersionKind {
	if len(target.Validate(nil)) > 0 {
		return nil
	}
	all, _ := editions()
	var kinds []schema.GroupVersionKind
	for gvk, list := range all {
		if list[0].since <= target.version(componentOf(gvk.Group)) {
			kinds = append(kinds, gvk)
		}
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) })
	return kinds
}
