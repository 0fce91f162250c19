package notification

import (
	"maps"
	"slices"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// apiVersions are the API versions of the kinds that an Alert or a Receiver may
// refer to. notification-controller knows the versions of some of them itself,
// but not of all.
var apiVersions = map[string]string{
	sourcev1.GitRepositoryKind:             sourcev1.GroupVersion.String(),
	sourcev1.OCIRepositoryKind:             sourcev1.GroupVersion.String(),
	sourcev1.BucketKind:                    sourcev1.GroupVersion.String(),
	sourcev1.HelmRepositoryKind:            sourcev1.GroupVersion.String(),
	sourcev1.HelmChartKind:                 sourcev1.GroupVersion.String(),
	sourcev1.ExternalArtifactKind:          sourcev1.GroupVersion.String(),
	kustomizev1.KustomizationKind:          kustomizev1.GroupVersion.String(),
	helmv2.HelmReleaseKind:                 helmv2.GroupVersion.String(),
	reflectorv1.ImageRepositoryKind:        reflectorv1.GroupVersion.String(),
	reflectorv1.ImagePolicyKind:            reflectorv1.GroupVersion.String(),
	automationv1.ImageUpdateAutomationKind: automationv1.GroupVersion.String(),
	"ArtifactGenerator":                    "source.extensions.fluxcd.io/v1beta1",
}

// APIVersion returns the API version of a kind that an Alert or a Receiver may refer
// to, and whether it is one.
func APIVersion(kind string) (string, bool) {
	version, known := apiVersions[kind]
	return version, known
}

// ValidateReference lists every fault of a reference to the objects whose events an
// Alert sends, or that a Receiver reconciles.
func ValidateReference(path *field.Path, ref notificationv1.CrossNamespaceObjectReference) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), ref.Kind, slices.Sorted(maps.Keys(apiVersions))...)
	if ref.Name != "*" {
		errs = append(errs, validate.Subdomain(path.Child("name"), ref.Name)...)
		if len(ref.MatchLabels) > 0 {
			errs = append(errs, field.Forbidden(path.Child("matchLabels"), `may be set only when name is "*"`))
		}
	}
	errs = append(errs, validate.OptionalLabel(path.Child("namespace"), ref.Namespace)...)
	return append(errs, metav1validation.ValidateLabels(ref.MatchLabels, path.Child("matchLabels"))...)
}
