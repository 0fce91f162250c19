package tenant

import (
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// NewKustomization builds a further Kustomization for the home namespace. Empty
// fields become the tenant's: its source, account, access and interval. An empty
// spec.retryInterval becomes 30 seconds, and an empty spec.timeout five minutes where
// Flux's default would be longer: the admission policies refuse a tenant more. Set
// spec.prune to make Flux delete objects that disappear from the source.
func (b *Bundle) NewKustomization(name string, spec kustomizev1.KustomizationSpec) (*kustomizev1.Kustomization, error) {
	id := b.identity()
	if spec.SourceRef == (kustomizev1.CrossNamespaceSourceReference{}) {
		spec.SourceRef = id.source
	}
	if spec.ServiceAccountName == "" {
		spec.ServiceAccountName = id.account
	}
	if spec.KubeConfig == nil {
		spec.KubeConfig = id.reference()
	}
	if spec.Interval.Duration == 0 {
		spec.Interval = id.interval
	}
	if spec.RetryInterval == nil {
		spec.RetryInterval = &metav1.Duration{Duration: tenancy.MinInterval}
	}
	if spec.Timeout == nil && spec.Interval.Duration-30*time.Second > tenancy.MaxTimeout {
		spec.Timeout = &metav1.Duration{Duration: tenancy.MaxTimeout}
	}
	return bound(b, &kustomizev1.Kustomization{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*kustomizev1.Kustomization, error) {
		return flux.Kustomization(m, spec)
	})
}

// NewHelmRelease builds a HelmRelease for the home namespace. Empty fields become
// the tenant's: its account, access and interval. An empty spec.storageNamespace
// becomes spec.targetNamespace, which is one of the tenant's namespaces; unless
// Spec.HomeWorkloads is set it is required.
func (b *Bundle) NewHelmRelease(name string, spec helmv2.HelmReleaseSpec) (*helmv2.HelmRelease, error) {
	id := b.identity()
	if spec.ServiceAccountName == "" {
		spec.ServiceAccountName = id.account
	}
	if spec.KubeConfig == nil {
		spec.KubeConfig = id.reference()
	}
	if spec.Interval.Duration == 0 {
		spec.Interval = id.interval
	}
	if spec.StorageNamespace == "" {
		spec.StorageNamespace = spec.TargetNamespace
	}
	return bound(b, &helmv2.HelmRelease{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*helmv2.HelmRelease, error) {
		return flux.HelmRelease(m, spec)
	})
}
