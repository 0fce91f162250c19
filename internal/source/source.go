package source

import (
	"maps"
	"slices"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Validate checks that exactly one of both is given, and no more than one
// reference in it: Flux takes several and lets one of them win in silence.
func Validate(git *sourcev1.GitRepositorySpec, oci *sourcev1.OCIRepositorySpec) field.ErrorList {
	switch path := field.NewPath("git"); {
	case git == nil && oci == nil:
		return field.ErrorList{field.Required(path, "one of git and oci is required")}
	case git != nil && oci != nil:
		return field.ErrorList{field.Forbidden(field.NewPath("oci"), "exactly one of git and oci may be given")}
	case git != nil && git.Reference != nil:
		ref := git.Reference
		errs := atMostOne(path, map[string]string{"branch": ref.Branch, "tag": ref.Tag, "semver": ref.SemVer})
		// A commit goes with a branch, which is then the one that is cloned.
		return append(errs, atMostOne(path, map[string]string{"commit": ref.Commit, "tag": ref.Tag, "semver": ref.SemVer})...)
	case oci != nil && oci.Reference != nil:
		ref := oci.Reference
		return atMostOne(field.NewPath("oci"), map[string]string{"tag": ref.Tag, "semver": ref.SemVer, "digest": ref.Digest})
	}
	return nil
}

func atMostOne(path *field.Path, choices map[string]string) field.ErrorList {
	var given []string
	for _, name := range slices.Sorted(maps.Keys(choices)) {
		if choices[name] != "" {
			given = append(given, name)
		}
	}
	if len(given) < 2 {
		return nil
	}
	return field.ErrorList{field.Forbidden(path.Child(given[1]), "may not be given together with "+given[0])}
}
