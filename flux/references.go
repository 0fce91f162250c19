package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A reference always has the namespace of the object it names, also where that is
// the namespace of the object it stands in: a function that sees one object only
// cannot know. What it makes of nil is an empty reference, which the constructors
// reject.

// SourceRef refers to the source of a Kustomization: a GitRepository, an
// OCIRepository, a Bucket or an ExternalArtifact. A reference to another
// namespace is rejected by controllers that run with --no-cross-namespace-refs.
// For an ImageUpdateAutomation it is converted:
// automationv1.CrossNamespaceSourceReference(flux.SourceRef(repo)).
func SourceRef(source sourcev1.Source) kustomizev1.CrossNamespaceSourceReference {
	if build.IsNil(source) {
		return kustomizev1.CrossNamespaceSourceReference{}
	}
	name, namespace := nameOf(source)
	return kustomizev1.CrossNamespaceSourceReference{Kind: kindOf(source), Name: name, Namespace: namespace}
}

// ChartRef refers to the chart of a HelmRelease where the source is the chart: an
// OCIRepository, a HelmChart or an ExternalArtifact. For a source that holds
// several charts see [Chart].
func ChartRef(source sourcev1.Source) *helmv2.CrossNamespaceSourceReference {
	ref := helmv2.CrossNamespaceSourceReference(SourceRef(source))
	return &ref
}

// Chart is the template of the chart of a HelmRelease. In a HelmRepository the
// chart is a name, in a GitRepository or a Bucket a path. The version is one or a
// range, and the latest if it is empty. The shard of the source, if it has one,
// becomes that of the HelmChart which helm-controller makes of the template.
func Chart(source sourcev1.Source, chart, version string) *helmv2.HelmChartTemplate {
	template := &helmv2.HelmChartTemplate{Spec: helmv2.HelmChartTemplateSpec{
		Chart:     chart,
		Version:   version,
		SourceRef: helmv2.CrossNamespaceObjectReference(SourceRef(source)),
	}}
	if obj, ok := source.(metav1.Object); ok && !build.IsNil(source) && obj.GetLabels()[ShardKey] != "" {
		template.ObjectMeta = &helmv2.HelmChartTemplateObjectMeta{
			Labels: map[string]string{ShardKey: obj.GetLabels()[ShardKey]},
		}
	}
	return template
}

// DependsOn refers to objects that must be ready before the one that depends on
// them is reconciled: Kustomizations for a Kustomization, HelmReleases for a
// HelmRelease. No flag of Flux rejects one of another namespace, which a tenant
// should not name.
func DependsOn[T interface {
	*kustomizev1.Kustomization | *helmv2.HelmRelease
	metav1.Object
}](objects ...T) []meta.DependencyReference {
	refs := make([]meta.DependencyReference, len(objects))
	for i, obj := range objects {
		if !build.IsNil(obj) {
			refs[i] = meta.DependencyReference{Name: obj.GetName(), Namespace: obj.GetNamespace()}
		}
	}
	return refs
}

// HealthChecks refers to the objects that must be healthy for a Kustomization to
// be ready. What has no TypeMeta must be of a Flux kind.
func HealthChecks(objects ...Object) []meta.NamespacedObjectKindReference {
	refs := make([]meta.NamespacedObjectKindReference, len(objects))
	for i, obj := range objects {
		if !build.IsNil(obj) {
			refs[i] = meta.NamespacedObjectKindReference{
				APIVersion: apiVersionOf(obj), Kind: kindOf(obj), Name: obj.GetName(), Namespace: obj.GetNamespace(),
			}
		}
	}
	return refs
}

// MadeFor refers to the object that an ExternalArtifact is made for. What has no
// TypeMeta must be of a Flux kind.
func MadeFor(obj Object) *meta.NamespacedObjectKindReference {
	return &HealthChecks(obj)[0]
}

// EventSources refers to the objects on whose events an Alert reports.
func EventSources(objects ...Object) []notificationv1.CrossNamespaceObjectReference {
	refs := make([]notificationv1.CrossNamespaceObjectReference, len(objects))
	for i, ref := range HealthChecks(objects...) {
		refs[i] = notificationv1.CrossNamespaceObjectReference{Kind: ref.Kind, Name: ref.Name, Namespace: ref.Namespace}
	}
	return refs
}

// ReceiverResources refers to the objects that a Receiver has reconciled.
func ReceiverResources(objects ...Object) []notificationv1.ReceiverResource {
	resources := make([]notificationv1.ReceiverResource, len(objects))
	for i, ref := range HealthChecks(objects...) {
		resources[i].CrossNamespaceObjectReference = notificationv1.CrossNamespaceObjectReference{
			APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, Namespace: ref.Namespace,
		}
	}
	return resources
}

// ImageRepositoryRef refers to the ImageRepository of an ImagePolicy. The two may
// be in different namespaces if spec.accessFrom of the ImageRepository says so
// and image-reflector-controller runs without --no-cross-namespace-refs.
func ImageRepositoryRef(repo *reflectorv1.ImageRepository) meta.NamespacedObjectReference {
	if repo == nil {
		return meta.NamespacedObjectReference{}
	}
	return meta.NamespacedObjectReference{Name: repo.Name, Namespace: repo.Namespace}
}

func nameOf(source sourcev1.Source) (name, namespace string) {
	if obj, ok := source.(metav1.Object); ok {
		return obj.GetName(), obj.GetNamespace()
	}
	return "", ""
}
