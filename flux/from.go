package flux

import (
	"slices"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// FromSource is the option that [From] returns.
type FromSource struct {
	kind, namespace, name string
}

// From names the source. Its kind, name and namespace are taken from the object;
// the namespace is written only where it differs from that of the object that
// refers to it, and then Flux's --no-cross-namespace-refs refuses it.
//
// A Kustomization takes a GitRepository, OCIRepository, Bucket or
// ExternalArtifact; a HelmRelease takes an OCIRepository, HelmChart or
// ExternalArtifact, or, with [Chart], a HelmRepository, GitRepository or Bucket;
// a HelmChart takes one of these last three, of its own namespace; an
// ImageUpdateAutomation takes a GitRepository.
func From(source sourcev1.Source) FromSource {
	obj, ok := source.(metav1.Object)
	if !ok || isNil(source) {
		return FromSource{}
	}
	return FromSource{kind: kindOf(obj), namespace: obj.GetNamespace(), name: obj.GetName()}
}

// ApplyToKustomization sets spec.sourceRef.
func (f FromSource) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.SourceRef = kustomizev1.CrossNamespaceSourceReference{
		Kind: f.kind, Name: f.name, Namespace: foreign(f.namespace, ks),
	}
	return nil
}

// ApplyToHelmRelease sets spec.chartRef or spec.chart.spec.sourceRef, as the
// source's kind demands.
func (f FromSource) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	if f.kind == "" {
		return nil
	}
	namespace := foreign(f.namespace, release)
	if slices.Contains(helmChartSources, f.kind) {
		release.Spec.ChartRef = nil
		chartTemplate(release).SourceRef = helmv2.CrossNamespaceObjectReference{
			Kind: f.kind, Name: f.name, Namespace: namespace,
		}
		return nil
	}
	release.Spec.ChartRef = &helmv2.CrossNamespaceSourceReference{
		Kind: f.kind, Name: f.name, Namespace: namespace,
	}
	return nil
}

// ApplyToHelmChart sets spec.sourceRef.
func (f FromSource) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.SourceRef = sourcev1.LocalHelmChartSourceReference{Kind: f.kind, Name: f.name}
	if foreign(f.namespace, chart) != "" {
		return field.Invalid(field.NewPath("spec", "sourceRef"), f.namespace+"/"+f.name, "must be in the namespace of the HelmChart")
	}
	return nil
}

// ApplyToImageUpdateAutomation sets spec.sourceRef.
func (f FromSource) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	automation.Spec.SourceRef = automationv1.CrossNamespaceSourceReference{
		Kind: f.kind, Name: f.name, Namespace: foreign(f.namespace, automation),
	}
	return nil
}
