package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// KubeConfig names the ConfigMap or the Secret, in the object's own namespace,
// that says how the API server is reached: exactly one of the two. Together with
// [ServiceAccount] that account is impersonated there.
type KubeConfig meta.KubeConfigReference

// ApplyToKustomization sets spec.kubeConfig.
func (k KubeConfig) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.KubeConfig = (*meta.KubeConfigReference)(&k).DeepCopy()
	return nil
}

// ApplyToHelmRelease sets spec.kubeConfig.
func (k KubeConfig) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.KubeConfig = (*meta.KubeConfigReference)(&k).DeepCopy()
	return nil
}

func validateKubeConfig(path *field.Path, ref *meta.KubeConfigReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	if (ref.ConfigMapRef == nil) == (ref.SecretRef == nil) {
		return field.ErrorList{field.Invalid(path, "", "exactly one of configMapRef and secretRef must be specified")}
	}
	errs := optionalRef(path.Child("configMapRef"), ref.ConfigMapRef)
	if secret := ref.SecretRef; secret != nil {
		errs = append(errs, validate.Subdomain(path.Child("secretRef", "name"), secret.Name)...)
		errs = append(errs, validate.OptionalConfigMapKey(path.Child("secretRef", "key"), secret.Key)...)
	}
	return errs
}
