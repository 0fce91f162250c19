package versions

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
)

// ReadsKubeconfigFiles reports whether the controllers of a version of Flux read the
// files that a kubeconfig names, their own token among them: those before 2.9.5 do.
// The empty text is the pinned version, and a minor version its last release.
func ReadsKubeconfigFiles(flux string) bool {
	if flux == "" {
		return false
	}
	if strings.Count(flux, ".") < 2 {
		flux += ".99"
	}
	v, err := version.ParseGeneric(flux)
	return err == nil && v.LessThan(version.MajorMinor(2, 9).WithPatch(5))
}
