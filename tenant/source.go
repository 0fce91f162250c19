package tenant

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// Spec returns the repository in Flux's own words, or nil if no field is set.
func (g Git) Spec() *sourcev1.GitRepositorySpec {
	if g == (Git{}) {
		return nil
	}
	spec := &sourcev1.GitRepositorySpec{URL: g.URL, Interval: g.Interval, SecretRef: g.SecretRef}
	if ref := (sourcev1.GitRepositoryRef{Branch: g.Branch, Tag: g.Tag, SemVer: g.SemVer, Commit: g.Commit}); ref != (sourcev1.GitRepositoryRef{}) {
		spec.Reference = &ref
	}
	return spec
}

// Spec returns the repository in Flux's own words, or nil if no field is set.
func (o OCI) Spec() *sourcev1.OCIRepositorySpec {
	if o == (OCI{}) {
		return nil
	}
	spec := &sourcev1.OCIRepositorySpec{URL: o.URL, Interval: o.Interval, SecretRef: o.SecretRef}
	if ref := (sourcev1.OCIRepositoryRef{Tag: o.Tag, SemVer: o.SemVer, Digest: o.Digest}); ref != (sourcev1.OCIRepositoryRef{}) {
		spec.Reference = &ref
	}
	return spec
}
