package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/source"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// access makes the ConfigMap of tokenless access. A Secret is not made here: a
// token has no place in what is written to git. Package kubeconfig/renewal
// keeps it.
func (b *builder) access() {
	if !b.spec.Access.Tokenless() {
		return
	}
	account := b.spec.ServiceAccount
	kubeConfig, err := kubeconfig.ConfigMap(metav1.ObjectMeta{Namespace: b.spec.Home, Labels: b.labels, Annotations: b.spec.Annotations}, account, b.spec.Access)
	b.Note(err, "access", "access", "serviceAccountName", "serviceAccount")
	b.bundle.KubeConfig = kubeConfig
}

// sync makes the source and the Kustomization that applies it.
func (b *builder) sync() {
	spec := b.spec
	git, oci, source := source.Build(&b.Notes, spec.Home, spec.Name, spec.Git.Spec(), spec.OCI.Spec(), b.syncLabels(), spec.Annotations)
	b.bundle.GitRepository, b.bundle.OCIRepository = git, oci
	ks, err := flux.Kustomization(spec.Home, spec.Name, source,
		flux.Labels(b.syncLabels()), flux.Annotations(spec.Annotations), flux.KustomizationFunc(spec.apply))
	b.Note(err,
		"spec.sourceRef.name", "name",
		"spec.serviceAccountName", "serviceAccount",
		"spec.kubeConfig", "access",
		"spec.postBuild.", "",
		"spec.", "")
	b.bundle.Kustomization = ks
}

func (s Spec) apply(ks *kustomizev1.Kustomization) error {
	ks.Spec.ServiceAccountName = s.ServiceAccount
	ks.Spec.KubeConfig = s.Access.Reference(s.ServiceAccount)
	ks.Spec.Path = s.Path
	ks.Spec.Interval = s.Interval
	ks.Spec.RetryInterval = &s.RetryInterval
	if s.Timeout.Duration != 0 {
		ks.Spec.Timeout = &s.Timeout
	}
	if s.Prune != nil {
		ks.Spec.Prune = *s.Prune
	}
	ks.Spec.Wait = s.Wait
	ks.Spec.Suspend = s.Suspend
	for _, name := range s.DependsOn {
		ks.Spec.DependsOn = append(ks.Spec.DependsOn, meta.DependencyReference{Name: name})
	}
	if s.Decryption != nil {
		if err := flux.Decryption(*s.Decryption).ApplyToKustomization(ks); err != nil {
			return err
		}
	}
	if len(s.Substitute)+len(s.SubstituteFrom) > 0 {
		ks.Spec.PostBuild = &kustomizev1.PostBuild{Substitute: s.Substitute, SubstituteFrom: s.SubstituteFrom}
	}
	return nil
}

// syncLabels are those of what Flux's controllers watch, which a shard parts.
func (b *builder) syncLabels() map[string]string {
	if b.spec.Shard == "" {
		return b.labels
	}
	return build.Merge(b.labels, flux.Shard(b.spec.Shard))
}
