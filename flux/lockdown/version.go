package lockdown

import (
	"fmt"
	"regexp"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// DefaultFluxVersion is the version of Flux that the zero Spec is for.
const DefaultFluxVersion = "2.9"

// A version is the minor version of Flux 2: 9 is Flux 2.9.
type version int

// The versions of Flux for which the flags are known.
const (
	flux27  version = 7
	flux28  version = 8
	flux29  version = 9
	flux210 version = 10
)

func (v version) String() string { return fmt.Sprintf("2.%d", int(v)) }

var versionPattern = regexp.MustCompile(`^v?2\.(\d+)(\.\d+)?$`)

// parseVersion reads "2.9", "v2.9.4" and the like.
func parseVersion(path *field.Path, text string) (version, field.ErrorList) {
	match := versionPattern.FindStringSubmatch(text)
	if match != nil {
		// Atoi cannot fail within the limits of the comparison: more digits are more than 10.
		if minor, err := strconv.Atoi(match[1]); err == nil && version(minor) >= flux27 && version(minor) <= flux210 {
			return version(minor), nil
		}
	}
	known := []string{flux27.String(), flux28.String(), flux29.String(), flux210.String()}
	return 0, field.ErrorList{field.NotSupported(path, text, known)}
}
