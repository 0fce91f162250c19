package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Dependencies is the option that [DependsOn] returns.
type Dependencies struct {
	on        []dependency
	readyExpr string
}

type dependency struct{ kind, namespace, name string }

// DependsOn adds objects of the same kind that must be ready before this one is
// reconciled: Kustomizations for a Kustomization, HelmReleases for a HelmRelease.
// Those of another namespace are no business of a tenant's: no flag of Flux
// refuses them.
func DependsOn(objects ...metav1.Object) Dependencies {
	var d Dependencies
	for _, obj := range objects {
		if isNil(obj) {
			d.on = append(d.on, dependency{})
			continue
		}
		d.on = append(d.on, dependency{kindOf(obj), obj.GetNamespace(), obj.GetName()})
	}
	return d
}

// When replaces Flux's own test of readiness by a CEL expression over self, the
// object that depends, and dep, the one it depends on:
//
//	flux.DependsOn(backend).When("self.metadata.labels.version == dep.metadata.labels.version")
func (d Dependencies) When(readyExpr string) Dependencies {
	d.readyExpr = readyExpr
	return d
}

// ApplyToKustomization appends to spec.dependsOn.
func (d Dependencies) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	refs, err := d.references(ks, kustomizev1.KustomizationKind)
	ks.Spec.DependsOn = append(ks.Spec.DependsOn, refs...)
	return err
}

// ApplyToHelmRelease appends to spec.dependsOn.
func (d Dependencies) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	refs, err := d.references(release, helmv2.HelmReleaseKind)
	release.Spec.DependsOn = append(release.Spec.DependsOn, refs...)
	return err
}

func (d Dependencies) references(from metav1.Object, kind string) ([]meta.DependencyReference, error) {
	var refs []meta.DependencyReference
	for i, on := range d.on {
		if on.kind == "" {
			return nil, field.Required(field.NewPath("spec", "dependsOn").Index(i), "DependsOn was given no "+kind)
		}
		if on.kind != kind {
			return nil, field.Invalid(field.NewPath("spec", "dependsOn").Index(i), on.kind, "must be a "+kind)
		}
		refs = append(refs, meta.DependencyReference{
			Name: on.name, Namespace: foreign(on.namespace, from), ReadyExpr: d.readyExpr,
		})
	}
	return refs, nil
}

func validateDependencies(path *field.Path, obj metav1.Object, dependencies []meta.DependencyReference) field.ErrorList {
	var errs field.ErrorList
	for i, dependency := range dependencies {
		at := path.Index(i)
		errs = append(errs, validate.Subdomain(at.Child("name"), dependency.Name)...)
		errs = append(errs, validate.OptionalLabel(at.Child("namespace"), dependency.Namespace)...)
		if dependency.Name == obj.GetName() && (dependency.Namespace == "" || dependency.Namespace == obj.GetNamespace()) {
			errs = append(errs, field.Invalid(at, dependency.Name, "must not depend on itself"))
		}
	}
	return errs
}
