package tenant

import (
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// NewImageRepository builds, for the home namespace, an image whose tags are
// watched.
func (b *Bundle) NewImageRepository(name, image string, opts ...flux.ImageRepositoryOption) (*reflectorv1.ImageRepository, error) {
	option := func(f func(*reflectorv1.ImageRepository) error) flux.ImageRepositoryOption {
		return flux.ImageRepositoryFunc(f)
	}
	inherit := option(func(repo *reflectorv1.ImageRepository) error { b.inherit(repo); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.ImageRepositoryOption) (*reflectorv1.ImageRepository, error) {
		return flux.ImageRepository(b.home(), name, image, opts...)
	})
}

// NewImagePolicy builds, for the home namespace, the choice of a tag.
func (b *Bundle) NewImagePolicy(name string, repo *reflectorv1.ImageRepository, opts ...flux.ImagePolicyOption) (*reflectorv1.ImagePolicy, error) {
	option := func(f func(*reflectorv1.ImagePolicy) error) flux.ImagePolicyOption { return flux.ImagePolicyFunc(f) }
	inherit := option(func(policy *reflectorv1.ImagePolicy) error { b.inherit(policy); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.ImagePolicyOption) (*reflectorv1.ImagePolicy, error) {
		return flux.ImagePolicy(b.home(), name, repo, opts...)
	})
}

// NewImageUpdateAutomation builds, for the home namespace, the automation that
// commits chosen tags to the tenant's own repository, which has to be git.
func (b *Bundle) NewImageUpdateAutomation(name string, author flux.Author, opts ...flux.ImageUpdateAutomationOption) (*automationv1.ImageUpdateAutomation, error) {
	option := func(f func(*automationv1.ImageUpdateAutomation) error) flux.ImageUpdateAutomationOption {
		return flux.ImageUpdateAutomationFunc(f)
	}
	inherit := option(func(automation *automationv1.ImageUpdateAutomation) error { b.inherit(automation); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.ImageUpdateAutomationOption) (*automationv1.ImageUpdateAutomation, error) {
		return flux.ImageUpdateAutomation(b.home(), name, b.from(), author, opts...)
	})
}
