package tenant

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// source makes the one of both sources that is given, and a reference to it,
// which stands even where the source itself is faulty: the faults of what refers
// to it are to be listed too.
func (n *notes) source(namespace, name string, git Git, oci OCI, labels, annotations map[string]string) (*sourcev1.GitRepository, *sourcev1.OCIRepository, flux.FromSource) {
	meta := metav1.ObjectMeta{Namespace: namespace, Name: name}
	switch {
	case oci.given():
		repo, err := flux.OCIRepository(namespace, name, oci.URL,
			flux.Labels(labels), flux.Annotations(annotations), flux.OCIRepositoryFunc(oci.apply))
		n.note(err, "spec.ref.", "oci.", "spec.", "oci.")
		return nil, repo, flux.From(&sourcev1.OCIRepository{ObjectMeta: meta})
	case git.given():
		repo, err := flux.GitRepository(namespace, name, git.URL,
			flux.Labels(labels), flux.Annotations(annotations), flux.GitRepositoryFunc(git.apply))
		n.note(err, "spec.ref.", "git.", "spec.", "git.")
		return repo, nil, flux.From(&sourcev1.GitRepository{ObjectMeta: meta})
	}
	return nil, nil, flux.From(&sourcev1.GitRepository{ObjectMeta: meta})
}

func (g Git) given() bool { return g != (Git{Interval: g.Interval}) }
func (o OCI) given() bool { return o != (OCI{Interval: o.Interval}) }

func (g Git) apply(repo *sourcev1.GitRepository) error {
	repo.Spec.Interval = g.Interval
	repo.Spec.SecretRef = g.SecretRef
	if ref := (sourcev1.GitRepositoryRef{Branch: g.Branch, Tag: g.Tag, SemVer: g.SemVer, Commit: g.Commit}); ref != (sourcev1.GitRepositoryRef{}) {
		repo.Spec.Reference = &ref
	}
	return nil
}

func (o OCI) apply(repo *sourcev1.OCIRepository) error {
	repo.Spec.Interval = o.Interval
	repo.Spec.SecretRef = o.SecretRef
	if ref := (sourcev1.OCIRepositoryRef{Tag: o.Tag, SemVer: o.SemVer, Digest: o.Digest}); ref != (sourcev1.OCIRepositoryRef{}) {
		repo.Spec.Reference = &ref
	}
	return nil
}

func validateSource(git Git, oci OCI) field.ErrorList {
	switch {
	case !git.given() && !oci.given():
		return field.ErrorList{field.Required(field.NewPath("git"), "one of git and oci is required")}
	case git.given() && oci.given():
		return field.ErrorList{field.Forbidden(field.NewPath("oci"), "exactly one of git and oci may be given")}
	case git.given():
		path := field.NewPath("git")
		errs := atMostOne(path, map[string]string{"branch": git.Branch, "tag": git.Tag, "semver": git.SemVer})
		// A commit goes with a branch, which is then the one that is cloned.
		return append(errs, atMostOne(path, map[string]string{"commit": git.Commit, "tag": git.Tag, "semver": git.SemVer})...)
	default:
		return atMostOne(field.NewPath("oci"), map[string]string{"tag": oci.Tag, "semver": oci.SemVer, "digest": oci.Digest})
	}
}

// atMostOne: Flux takes several references and lets one of them win in silence.
func atMostOne(path *field.Path, choices map[string]string) field.ErrorList {
	var given []string
	for _, name := range sortedKeys(choices) {
		if choices[name] != "" {
			given = append(given, name)
		}
	}
	if len(given) < 2 {
		return nil
	}
	return field.ErrorList{field.Forbidden(path.Child(given[1]), "may not be given together with "+given[0])}
}
