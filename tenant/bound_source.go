package tenant

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// NewGitRepository builds a further source for the home namespace.
func (b *Bundle) NewGitRepository(name, url string, opts ...flux.GitRepositoryOption) (*sourcev1.GitRepository, error) {
	option := func(f func(*sourcev1.GitRepository) error) flux.GitRepositoryOption { return flux.GitRepositoryFunc(f) }
	inherit := option(func(repo *sourcev1.GitRepository) error { b.inherit(repo); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.GitRepositoryOption) (*sourcev1.GitRepository, error) {
		return flux.GitRepository(b.home(), name, url, opts...)
	})
}

// NewOCIRepository builds a further source for the home namespace, manifests or
// a chart.
func (b *Bundle) NewOCIRepository(name, url string, opts ...flux.OCIRepositoryOption) (*sourcev1.OCIRepository, error) {
	option := func(f func(*sourcev1.OCIRepository) error) flux.OCIRepositoryOption { return flux.OCIRepositoryFunc(f) }
	inherit := option(func(repo *sourcev1.OCIRepository) error { b.inherit(repo); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.OCIRepositoryOption) (*sourcev1.OCIRepository, error) {
		return flux.OCIRepository(b.home(), name, url, opts...)
	})
}

// NewHelmRepository builds a source of charts for the home namespace.
func (b *Bundle) NewHelmRepository(name, url string, opts ...flux.HelmRepositoryOption) (*sourcev1.HelmRepository, error) {
	option := func(f func(*sourcev1.HelmRepository) error) flux.HelmRepositoryOption {
		return flux.HelmRepositoryFunc(f)
	}
	inherit := option(func(repo *sourcev1.HelmRepository) error { b.inherit(repo); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.HelmRepositoryOption) (*sourcev1.HelmRepository, error) {
		return flux.HelmRepository(b.home(), name, url, opts...)
	})
}

// NewBucket builds a further source for the home namespace.
func (b *Bundle) NewBucket(name, bucketName, endpoint string, opts ...flux.BucketOption) (*sourcev1.Bucket, error) {
	option := func(f func(*sourcev1.Bucket) error) flux.BucketOption { return flux.BucketFunc(f) }
	inherit := option(func(bucket *sourcev1.Bucket) error { b.inherit(bucket); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.BucketOption) (*sourcev1.Bucket, error) {
		return flux.Bucket(b.home(), name, bucketName, endpoint, opts...)
	})
}
