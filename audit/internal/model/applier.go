package model

import (
	"cmp"
	"strconv"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// An Applier has the fields that Kustomizations and HelmReleases share: Flux applies
// something in somebody's name.
type Applier struct {
	Object     *Object
	Controller string
	Account    string // spec.serviceAccountName
	KubeConfig *meta.KubeConfigReference
	DependsOn  []Dependency

	Source SourceRef
	// SourceField is the field of the source's namespace.
	SourceField string

	Targets []Target
}

// A Dependency is an entry of spec.dependsOn.
type Dependency struct {
	Namespace, Name string
	// Reads is set if a readyExpr reads the other object.
	Reads bool
}

// A Target is a namespace that an applier names besides its source's.
type Target struct{ Field, Namespace string }

// A SourceRef names the source of an applier. An empty namespace means the applier's.
type SourceRef struct{ APIVersion, Kind, Namespace, Name string }

func readAppliers(set *Set) []Applier {
	var appliers []Applier
	for o, is := range All[*kustomizev1.Kustomization](set) {
		appliers = append(appliers, kustomizationApplier(o, is.Spec))
	}
	for o, is := range All[*helmv2.HelmRelease](set) {
		appliers = append(appliers, releaseApplier(o, is.Spec))
	}
	return appliers
}

// ApplierOf returns an object as an applier, if it is a Kustomization or a
// HelmRelease.
func ApplierOf(o *Object) (Applier, bool) {
	switch is := o.Typed.(type) {
	case *kustomizev1.Kustomization:
		return kustomizationApplier(o, is.Spec), true
	case *helmv2.HelmRelease:
		return releaseApplier(o, is.Spec), true
	}
	return Applier{}, false
}

func kustomizationApplier(o *Object, spec kustomizev1.KustomizationSpec) Applier {
	a := Applier{
		Object: o, Controller: fluxcmd.Kustomize, Account: spec.ServiceAccountName, KubeConfig: spec.KubeConfig,
		Source:      SourceRef{spec.SourceRef.APIVersion, spec.SourceRef.Kind, spec.SourceRef.Namespace, spec.SourceRef.Name},
		SourceField: "spec.sourceRef.namespace",
	}
	for _, d := range spec.DependsOn {
		a.DependsOn = append(a.DependsOn, Dependency{d.Namespace, d.Name, d.ReadyExpr != ""})
	}
	a.aims("spec.targetNamespace", spec.TargetNamespace)
	for i, check := range spec.HealthChecks {
		a.aims(Index("spec.healthChecks", i)+".namespace", check.Namespace)
	}
	return a
}

func releaseApplier(o *Object, spec helmv2.HelmReleaseSpec) Applier {
	a := Applier{Object: o, Controller: fluxcmd.Helm, Account: spec.ServiceAccountName, KubeConfig: spec.KubeConfig}
	switch {
	case spec.ChartRef != nil:
		a.Source = SourceRef{spec.ChartRef.APIVersion, spec.ChartRef.Kind, spec.ChartRef.Namespace, spec.ChartRef.Name}
		a.SourceField = "spec.chartRef.namespace"
	case spec.Chart != nil:
		ref := spec.Chart.Spec.SourceRef
		a.Source = SourceRef{ref.APIVersion, ref.Kind, ref.Namespace, ref.Name}
		a.SourceField = "spec.chart.spec.sourceRef.namespace"
	}
	for _, d := range spec.DependsOn {
		a.DependsOn = append(a.DependsOn, Dependency{d.Namespace, d.Name, d.ReadyExpr != ""})
	}
	a.aims("spec.targetNamespace", spec.TargetNamespace)
	a.aims("spec.storageNamespace", spec.StorageNamespace)
	return a
}

func (a *Applier) aims(field, namespace string) {
	if namespace != "" {
		a.Targets = append(a.Targets, Target{field, namespace})
	}
}

// SourceOf returns the source that an object is applied from, or nil if it is not
// in the set.
func (s *Set) SourceOf(a Applier) *Object {
	kind := schema.GroupKind{Group: FluxGroup("source"), Kind: a.Source.Kind}
	return s.Get(kind, cmp.Or(a.Source.Namespace, a.Object.Ref.Namespace), a.Source.Name)
}

// Index returns the path of an item of a list.
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
