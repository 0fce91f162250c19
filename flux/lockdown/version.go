package lockdown

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// DefaultFluxVersion is the version of Flux that the zero Spec is for.
const DefaultFluxVersion = "2.9"

// A version is the minor version of Flux 2: 9 is Flux 2.9.
type version int

// The versions of Flux whose flags differ.
const (
	flux28  version = 8
	flux210 version = 10
)

func (v version) String() string { return fmt.Sprintf("2.%d", int(v)) }

// parseVersion reads "2.9", "v2.9.4" and the like.
func parseVersion(path *field.Path, text string) (version, field.ErrorList) {
	if errs := versions.Validate(path, versions.Flux, text); len(errs) > 0 {
		return 0, errs
	}
	known, _ := versions.Parse(versions.Flux, text)
	minor, err := strconv.Atoi(strings.TrimPrefix(known, "2."))
	if err != nil {
		return 0, field.ErrorList{field.InternalError(path, err)}
	}
	return version(minor), nil
}
