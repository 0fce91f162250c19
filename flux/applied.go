package flux

import (
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// TargetNamespace is where the objects that are applied belong. A Kustomization
// puts every namespaced object there, whatever it says itself; a HelmRelease
// installs the release there.
type TargetNamespace string

// ApplyToKustomization sets spec.targetNamespace.
func (t TargetNamespace) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.TargetNamespace = string(t)
	return nil
}

// ApplyToHelmRelease sets spec.targetNamespace.
func (t TargetNamespace) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.TargetNamespace = string(t)
	return nil
}

// CommonLabels adds labels to everything that is applied; [Labels] label the
// Kustomization or HelmRelease itself.
type CommonLabels map[string]string

// ApplyToKustomization adds to spec.commonMetadata.labels.
func (c CommonLabels) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	common := commonMetadata(ks)
	common.Labels = build.Merge(common.Labels, c)
	return nil
}

// ApplyToHelmRelease adds to spec.commonMetadata.labels.
func (c CommonLabels) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	common := helmCommonMetadata(release)
	common.Labels = build.Merge(common.Labels, c)
	return nil
}

// CommonAnnotations adds annotations to everything that is applied.
type CommonAnnotations map[string]string

// ApplyToKustomization adds to spec.commonMetadata.annotations.
func (c CommonAnnotations) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	common := commonMetadata(ks)
	common.Annotations = build.Merge(common.Annotations, c)
	return nil
}

// ApplyToHelmRelease adds to spec.commonMetadata.annotations.
func (c CommonAnnotations) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	common := helmCommonMetadata(release)
	common.Annotations = build.Merge(common.Annotations, c)
	return nil
}

// HealthCheckExprs adds CEL expressions that tell when a custom resource is
// healthy. They count where there is waiting: with [Wait] or [HealthChecks] on a
// Kustomization, with the poller of [WaitStrategy] on a HelmRelease.
type HealthCheckExprs []kustomize.CustomHealthCheck

// ApplyToKustomization appends to spec.healthCheckExprs.
func (h HealthCheckExprs) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.HealthCheckExprs = append(ks.Spec.HealthCheckExprs, h...)
	return nil
}

// ApplyToHelmRelease appends to spec.healthCheckExprs.
func (h HealthCheckExprs) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.HealthCheckExprs = append(release.Spec.HealthCheckExprs, h...)
	return nil
}

// IgnoreChanges adds fields, as JSON pointers, that somebody else may change on
// the cluster without being corrected.
type IgnoreChanges []kustomizev1.IgnoreRule

// ApplyToKustomization appends to spec.ignore.
func (i IgnoreChanges) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	for _, rule := range i {
		ks.Spec.Ignore = append(ks.Spec.Ignore, *rule.DeepCopy())
	}
	return nil
}

// ApplyToHelmRelease appends to spec.driftDetection.ignore.
func (i IgnoreChanges) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	drift := driftDetection(release)
	for _, rule := range i {
		drift.Ignore = append(drift.Ignore, helmv2.IgnoreRule(*rule.DeepCopy()))
	}
	return nil
}

func validateHealthCheckExprs(path *field.Path, exprs []kustomize.CustomHealthCheck) field.ErrorList {
	var errs field.ErrorList
	for i, expr := range exprs {
		errs = append(errs, validate.Required(path.Index(i).Child("apiVersion"), expr.APIVersion)...)
		errs = append(errs, validate.Required(path.Index(i).Child("kind"), expr.Kind)...)
		errs = append(errs, validate.Required(path.Index(i).Child("current"), expr.Current)...)
	}
	return errs
}

func validatePatches(path *field.Path, patches []kustomize.Patch, images []kustomize.Image) field.ErrorList {
	var errs field.ErrorList
	for i, patch := range patches {
		errs = append(errs, validate.Required(path.Child("patches").Index(i).Child("patch"), patch.Patch)...)
	}
	for i, image := range images {
		errs = append(errs, validate.Required(path.Child("images").Index(i).Child("name"), image.Name)...)
	}
	return errs
}

// validateCommonMetadata: the CRD takes any, but then nothing can be applied.
func validateCommonMetadata(path *field.Path, labels, annotations map[string]string) field.ErrorList {
	errs := validateLabels(path.Child("labels"), labels)
	return append(errs, apivalidation.ValidateAnnotations(annotations, path.Child("annotations"))...)
}

func validatePointers(path *field.Path, pointers []string) field.ErrorList {
	if len(pointers) == 0 {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	for i, pointer := range pointers {
		if !strings.HasPrefix(pointer, "/") {
			errs = append(errs, field.Invalid(path.Index(i), pointer, `must be a JSON pointer, starting with "/"`))
		}
	}
	return errs
}
