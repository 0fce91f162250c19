package flux

import (
	"maps"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// References are the objects that an [Alert] reports on or that a [Receiver]
// wakes. [Objects] and [AllOf] make them. A namespace is written only where it
// differs from that of the Alert or Receiver, and then Flux's
// --no-cross-namespace-refs refuses it.
type References []notificationv1.CrossNamespaceObjectReference

// Objects refers to the objects, by kind, name and namespace.
func Objects(objects ...metav1.Object) References {
	var refs References
	for _, obj := range objects {
		if isNil(obj) {
			refs = append(refs, notificationv1.CrossNamespaceObjectReference{})
			continue
		}
		refs = append(refs, notificationv1.CrossNamespaceObjectReference{
			Kind: kindOf(obj), Name: obj.GetName(), Namespace: obj.GetNamespace(),
		})
	}
	return refs
}

// AllOf refers to all objects of the kind in the namespace of the Alert or
// Receiver that carry the labels. An Alert may do without labels, a Receiver
// may not.
func AllOf(kind string, matchLabels map[string]string) References {
	return References{{Kind: kind, Name: "*", MatchLabels: maps.Clone(matchLabels)}}
}

// ApplyToAlert appends to spec.eventSources.
func (r References) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	alert.Spec.EventSources = append(alert.Spec.EventSources, r.from(alert)...)
	return nil
}

// ApplyToReceiver appends to spec.resources.
func (r References) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	for _, ref := range r.from(receiver) {
		if ref.APIVersion == "" {
			ref.APIVersion = apiVersions[ref.Kind]
		}
		receiver.Spec.Resources = append(receiver.Spec.Resources,
			notificationv1.ReceiverResource{CrossNamespaceObjectReference: ref})
	}
	return nil
}

func (r References) from(obj metav1.Object) []notificationv1.CrossNamespaceObjectReference {
	refs := make([]notificationv1.CrossNamespaceObjectReference, 0, len(r))
	for _, ref := range r {
		ref.Namespace = foreign(ref.Namespace, obj)
		ref.MatchLabels = maps.Clone(ref.MatchLabels)
		refs = append(refs, ref)
	}
	return refs
}

// apiVersions are those of the kinds that can be referred to.
// notification-controller knows some of them itself, but not all.
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

func validateReference(path *field.Path, ref notificationv1.CrossNamespaceObjectReference) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), ref.Kind, sortedKeys(apiVersions)...)
	if ref.Name != "*" {
		errs = append(errs, validate.Subdomain(path.Child("name"), ref.Name)...)
		if len(ref.MatchLabels) > 0 {
			errs = append(errs, field.Forbidden(path.Child("matchLabels"), `may be set only when name is "*"`))
		}
	}
	errs = append(errs, validate.OptionalLabel(path.Child("namespace"), ref.Namespace)...)
	return append(errs, validateLabels(path.Child("matchLabels"), ref.MatchLabels)...)
}
