package tenant

import (
	"errors"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// NewKustomization builds a further Kustomization for the home namespace, as the
// tenant would put it into its own repository: of the same source, in the same
// account's name and with the same access, interval and retry interval as the
// bundle's own. What it applies goes to the namespaces that the objects name.
//
// Options may change the rest. Those that leave the tenant are refused: another
// account or access, a source or a dependency in another namespace, a namespace of
// the platform as the target.
func (b *Bundle) NewKustomization(name string, opts ...flux.KustomizationOption) (*kustomizev1.Kustomization, error) {
	root := b.Kustomization
	inherit := flux.KustomizationFunc(func(ks *kustomizev1.Kustomization) error {
		ks.Labels, ks.Annotations = root.Labels, root.Annotations
		ks.Spec.ServiceAccountName = root.Spec.ServiceAccountName
		ks.Spec.KubeConfig = root.Spec.KubeConfig
		ks.Spec.Interval = root.Spec.Interval
		ks.Spec.RetryInterval = root.Spec.RetryInterval
		return nil
	})
	var escapes field.ErrorList
	check := flux.KustomizationFunc(func(ks *kustomizev1.Kustomization) error {
		escapes = escapesOf(ks, root)
		return nil
	})

	all := append([]flux.KustomizationOption{inherit}, opts...)
	ks, err := flux.Kustomization(root.Namespace, name, flux.From(b.source()), append(all, check)...)
	if len(escapes) == 0 {
		return ks, err
	}
	faults, rest := build.Faults(err)
	kind := schema.GroupKind{Group: kustomizev1.GroupVersion.Group, Kind: kustomizev1.KustomizationKind}
	return nil, errors.Join(build.Invalid(kind, root.Namespace+"/"+name, append(faults, escapes...)), rest)
}

func (b *Bundle) source() sourcev1.Source {
	if b.OCIRepository != nil {
		return b.OCIRepository
	}
	return b.GitRepository
}

// escapesOf lists what would take a Kustomization out of the tenant that the
// root Kustomization belongs to.
func escapesOf(ks, root *kustomizev1.Kustomization) field.ErrorList {
	spec := field.NewPath("spec")
	var errs field.ErrorList
	if ks.Spec.ServiceAccountName != root.Spec.ServiceAccountName {
		errs = append(errs, field.Invalid(spec.Child("serviceAccountName"), ks.Spec.ServiceAccountName,
			"must be the tenant's reconciler, "+root.Spec.ServiceAccountName))
	}
	if !equality.Semantic.DeepEqual(ks.Spec.KubeConfig, root.Spec.KubeConfig) {
		errs = append(errs, field.Forbidden(spec.Child("kubeConfig"), "must be the tenant's own access"))
	}
	foreign := func(path *field.Path, namespace string) {
		if namespace != "" && namespace != root.Namespace {
			errs = append(errs, field.Invalid(path.Child("namespace"), namespace, "must be the tenant's home namespace, "+root.Namespace))
		}
	}
	foreign(spec.Child("sourceRef"), ks.Spec.SourceRef.Namespace)
	for i, dependency := range ks.Spec.DependsOn {
		foreign(spec.Child("dependsOn").Index(i), dependency.Namespace)
	}
	if platformNamespace(ks.Spec.TargetNamespace) {
		errs = append(errs, field.Invalid(spec.Child("targetNamespace"), ks.Spec.TargetNamespace,
			"must not be a namespace of Kubernetes, Flux or Capsule"))
	}
	return errs
}
