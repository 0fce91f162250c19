package tenant

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// NewKustomization builds a further Kustomization for the home namespace, as the
// tenant would put it into its own repository: of the same source, in the same
// account's name and with the same access, interval and retry interval as the
// bundle's own. Options may change the rest; those that leave the tenant are
// refused (see [Bundle.Check]).
func (b *Bundle) NewKustomization(name string, opts ...flux.KustomizationOption) (*kustomizev1.Kustomization, error) {
	root := b.Kustomization
	inherit := kustomizationFunc(func(ks *kustomizev1.Kustomization) error {
		b.inherit(ks)
		ks.Spec.ServiceAccountName = root.Spec.ServiceAccountName
		ks.Spec.KubeConfig = root.Spec.KubeConfig
		ks.Spec.Interval = root.Spec.Interval
		ks.Spec.RetryInterval = root.Spec.RetryInterval
		return nil
	})
	return bound(b, inherit, opts, kustomizationFunc, func(opts []flux.KustomizationOption) (*kustomizev1.Kustomization, error) {
		return flux.Kustomization(b.home(), name, b.from(), opts...)
	})
}

// NewHelmRelease builds a HelmRelease for the home namespace, of a chart that
// [flux.From] names, in the same account's name and with the same access as the
// bundle's own Kustomization. It needs [flux.TargetNamespace], one of the
// tenant's namespaces, and keeps Helm's records there too.
func (b *Bundle) NewHelmRelease(name string, source flux.FromSource, opts ...flux.HelmReleaseOption) (*helmv2.HelmRelease, error) {
	root := b.Kustomization
	inherit := helmReleaseFunc(func(release *helmv2.HelmRelease) error {
		b.inherit(release)
		release.Spec.ServiceAccountName = root.Spec.ServiceAccountName
		release.Spec.KubeConfig = root.Spec.KubeConfig
		release.Spec.Interval = root.Spec.Interval
		return nil
	})
	records := helmReleaseFunc(func(release *helmv2.HelmRelease) error {
		if release.Spec.StorageNamespace == "" {
			release.Spec.StorageNamespace = release.Spec.TargetNamespace
		}
		return nil
	})
	return bound(b, inherit, append(opts[:len(opts):len(opts)], records), helmReleaseFunc, func(opts []flux.HelmReleaseOption) (*helmv2.HelmRelease, error) {
		return flux.HelmRelease(b.home(), name, source, opts...)
	})
}

func (b *Bundle) from() flux.FromSource { return flux.From(b.source()) }

func (b *Bundle) source() sourcev1.Source {
	if b.OCIRepository != nil {
		return b.OCIRepository
	}
	return b.GitRepository
}

func kustomizationFunc(f func(*kustomizev1.Kustomization) error) flux.KustomizationOption {
	return flux.KustomizationFunc(f)
}

func helmReleaseFunc(f func(*helmv2.HelmRelease) error) flux.HelmReleaseOption {
	return flux.HelmReleaseFunc(f)
}
