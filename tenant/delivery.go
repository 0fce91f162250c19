package tenant

import (
	"errors"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// delivery is the tenant's source and the objects that apply it.
type delivery struct {
	kubeConfig    *corev1.ConfigMap // nil unless access is tokenless
	git           *sourcev1.GitRepository
	oci           *sourcev1.OCIRepository
	kustomization *kustomizev1.Kustomization
}

func deliveryObjects(id identity, spec Spec) (delivery, error) {
	var objects delivery
	var errs [4]error
	objects.kubeConfig, errs[0] = kubeConfigObject(id, spec.Access)
	if git := spec.Git.Spec(); git != nil {
		objects.git, errs[1] = flux.GitRepository(id.deliveryMeta(), *git)
	}
	if oci := spec.OCI.Spec(); oci != nil {
		objects.oci, errs[2] = flux.OCIRepository(id.deliveryMeta(), *oci)
	}
	objects.kustomization, errs[3] = flux.Kustomization(id.deliveryMeta(), kustomization(id, spec))
	return objects, errors.Join(errs[:]...)
}

// deliveryMeta returns the metadata of objects that Flux's controllers select by
// shard.
func (id identity) deliveryMeta() metav1.ObjectMeta {
	metadata := id.meta(id.home, id.tenant)
	if id.shard != "" {
		metadata.Labels[flux.ShardKey] = id.shard
	}
	return metadata
}

// kubeConfigObject makes the ConfigMap of tokenless access. A Secret is not made
// here: a token must not be written to git. Package kubeconfig/renewal keeps it.
func kubeConfigObject(id identity, access kubeconfig.Access) (*corev1.ConfigMap, error) {
	if !access.Tokenless() {
		return nil, nil
	}
	return kubeconfig.ConfigMap(id.meta(id.home, ""), id.account, access)
}

func kustomization(id identity, spec Spec) kustomizev1.KustomizationSpec {
	ks := kustomizev1.KustomizationSpec{
		SourceRef:          id.source,
		ServiceAccountName: id.account,
		KubeConfig:         id.reference(),
		Path:               spec.Path,
		Interval:           spec.Interval,
		RetryInterval:      &spec.RetryInterval,
		Prune:              spec.Prune == nil || *spec.Prune,
		Wait:               spec.Wait,
		Suspend:            spec.Suspend,
		Decryption:         spec.Decryption.spec(),

		Force:                   spec.Force,
		DeletionPolicy:          spec.DeletionPolicy,
		TargetNamespace:         spec.TargetNamespace,
		NamePrefix:              spec.NamePrefix,
		NameSuffix:              spec.NameSuffix,
		CommonMetadata:          spec.CommonMetadata,
		BuildMetadata:           spec.BuildMetadata,
		Components:              spec.Components,
		IgnoreMissingComponents: spec.IgnoreMissingComponents,
		Patches:                 spec.Patches,
		Images:                  spec.Images,
		HealthChecks:            spec.HealthChecks,
		HealthCheckExprs:        spec.HealthCheckExprs,
	}
	if spec.Timeout.Duration != 0 {
		ks.Timeout = &spec.Timeout
	}
	for _, name := range spec.DependsOn {
		ks.DependsOn = append(ks.DependsOn, meta.DependencyReference{Name: name})
	}
	if len(spec.Substitute)+len(spec.SubstituteFrom) > 0 || spec.SubstituteStrategy != "" {
		ks.PostBuild = &kustomizev1.PostBuild{
			Substitute: spec.Substitute, SubstituteFrom: spec.SubstituteFrom, SubstituteStrategy: spec.SubstituteStrategy,
		}
	}
	return ks
}
