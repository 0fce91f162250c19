package tenant

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/quota"
)

// Quota limits a tenant. Zero means no limit, unless a field says otherwise.
//
// +kubebuilder:object:generate=true
type Quota struct {
	// Namespaces is how many namespaces the tenant may have.
	//
	// +kubebuilder:validation:Minimum=0
	Namespaces int32 `json:"namespaces,omitempty"`

	// Hard limits what all namespaces of the tenant may use together, by the resource
	// names of a ResourceQuota: "limits.memory", "pods", "count/jobs.batch".
	Hard corev1.ResourceList `json:"hard,omitempty"`

	// PerNamespace limits what each namespace of the tenant may use.
	PerNamespace corev1.ResourceList `json:"perNamespace,omitempty"`

	// FluxInHome limits the tenant's Flux objects in its home namespace, besides the
	// bundle's own. The default is 10 Kustomizations, 15 HelmReleases and 30 of each
	// other kind. Flux's controllers should run with --concurrent above the first two,
	// so that no tenant alone occupies them.
	FluxInHome FluxObjects `json:"fluxInHome,omitzero"`

	// FluxPerNamespace limits them in each of its other namespaces. With a profile the
	// default is none.
	FluxPerNamespace FluxObjects `json:"fluxPerNamespace,omitzero"`
}

// FluxObjects is a number of objects of Flux, by kind.
//
// +kubebuilder:object:generate=true
type FluxObjects struct {
	// Kustomizations is how many Kustomizations there may be.
	//
	// +kubebuilder:validation:Minimum=0
	Kustomizations *int32 `json:"kustomizations,omitempty"`

	// HelmReleases is how many HelmReleases there may be.
	//
	// +kubebuilder:validation:Minimum=0
	HelmReleases *int32 `json:"helmReleases,omitempty"`

	// Others limits each other kind: each kind of source, notification and image
	// automation.
	//
	// +kubebuilder:validation:Minimum=0
	Others *int32 `json:"others,omitempty"`
}

// or fills empty fields.
func (f FluxObjects) or(kustomizations, helmReleases, others int32) FluxObjects {
	if f.Kustomizations == nil {
		f.Kustomizations = &kustomizations
	}
	if f.HelmReleases == nil {
		f.HelmReleases = &helmReleases
	}
	if f.Others == nil {
		f.Others = &others
	}
	return f
}

// resources returns the limits as a ResourceQuota's, plus the numbers of objects that
// do not count as the tenant's.
func (f FluxObjects) resources(bundled map[string]int32) corev1.ResourceList {
	list := corev1.ResourceList{}
	limit := func(kind string, most *int32) {
		if most != nil {
			list[corev1.ResourceName("count/"+kind)] = *resource.NewQuantity(int64(*most+bundled[kind]), resource.DecimalSI)
		}
	}
	limit(names.Kustomizations, f.Kustomizations)
	limit(names.HelmReleases, f.HelmReleases)
	for _, kind := range names.OtherFluxResources() {
		limit(kind, f.Others)
	}
	return list
}

func (f FluxObjects) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for _, number := range []struct {
		name string
		most *int32
	}{{"kustomizations", f.Kustomizations}, {"helmReleases", f.HelmReleases}, {"others", f.Others}} {
		if number.most != nil && *number.most < 0 {
			errs = append(errs, field.Invalid(path.Child(number.name), *number.most, "must be greater than or equal to 0"))
		}
	}
	return errs
}

func (q Quota) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if q.Namespaces < 0 {
		errs = append(errs, field.Invalid(path.Child("namespaces"), q.Namespaces, "must be greater than or equal to 0"))
	}
	errs = append(errs, quota.ValidateResources(path.Child("hard"), q.Hard)...)
	errs = append(errs, quota.ValidateResources(path.Child("perNamespace"), q.PerNamespace)...)
	errs = append(errs, q.FluxInHome.validate(path.Child("fluxInHome"))...)
	return append(errs, q.FluxPerNamespace.validate(path.Child("fluxPerNamespace"))...)
}

// perNamespace returns what each namespace of the tenant may use.
func (q Quota) perNamespace() corev1.ResourceList {
	list := q.FluxPerNamespace.resources(nil)
	maps.Copy(list, q.PerNamespace)
	return list
}
