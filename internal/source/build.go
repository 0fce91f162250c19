package source

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Build makes the one of both sources that is given, and a reference to it,
// which stands even where the source itself is faulty.
func Build(n *build.Notes, namespace, name string, git *sourcev1.GitRepositorySpec, oci *sourcev1.OCIRepositorySpec, labels, annotations map[string]string) (*sourcev1.GitRepository, *sourcev1.OCIRepository, flux.FromSource) {
	meta := metav1.ObjectMeta{Namespace: namespace, Name: name}
	switch {
	case oci != nil:
		repo, err := flux.OCIRepository(namespace, name, oci.URL,
			flux.Labels(labels), flux.Annotations(annotations), flux.OCIRepositoryFunc(func(repo *sourcev1.OCIRepository) error {
				interval := repo.Spec.Interval
				if repo.Spec = *oci; oci.Interval.Duration == 0 {
					repo.Spec.Interval = interval
				}
				return nil
			}))
		n.Note(err, "spec.ref.", "oci.", "spec.", "oci.")
		return nil, repo, flux.From(&sourcev1.OCIRepository{ObjectMeta: meta})
	case git != nil:
		repo, err := flux.GitRepository(namespace, name, git.URL,
			flux.Labels(labels), flux.Annotations(annotations), flux.GitRepositoryFunc(func(repo *sourcev1.GitRepository) error {
				interval := repo.Spec.Interval
				if repo.Spec = *git; git.Interval.Duration == 0 {
					repo.Spec.Interval = interval
				}
				return nil
			}))
		n.Note(err, "spec.ref.", "git.", "spec.", "git.")
		return repo, nil, flux.From(&sourcev1.GitRepository{ObjectMeta: meta})
	}
	return nil, nil, flux.From(&sourcev1.GitRepository{ObjectMeta: meta})
}
