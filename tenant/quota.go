package tenant

import (
	"maps"
	"math"

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

	// ConfigMapsInHome is how many ConfigMaps there may be in the home namespace, the
	// bundle's own and the cluster's kube-root-ca.crt included. The default is 50.
	//
	// +kubebuilder:validation:Minimum=0
	ConfigMapsInHome *int32 `json:"configMapsInHome,omitempty"`

	// SecretsInHome is how many Secrets there may be in the home namespace. Helm keeps
	// one for each revision of a release, five unless a HelmRelease says otherwise
	// (spec.maxHistory). The default is 50, plus 6 for each HelmRelease of FluxInHome.
	//
	// +kubebuilder:validation:Minimum=0
	SecretsInHome *int32 `json:"secretsInHome,omitempty"`

	// FluxPerNamespace limits the Flux objects in each other namespace of the tenant.
	// With a profile the default is none.
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

// withDefaults fills in what the home namespace may have.
func (q Quota) withDefaults() Quota {
	q.FluxInHome = q.FluxInHome.or(10, 15, 30)
	if q.ConfigMapsInHome == nil {
		q.ConfigMapsInHome = new(int32(50))
	}
	if q.SecretsInHome == nil {
		q.SecretsInHome = new(50 + 6*min(max(*q.FluxInHome.HelmReleases, 0), math.MaxInt32/12))
	}
	return q
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
	errs := atLeastZero(path.Child("kustomizations"), f.Kustomizations)
	errs = append(errs, atLeastZero(path.Child("helmReleases"), f.HelmReleases)...)
	return append(errs, atLeastZero(path.Child("others"), f.Others)...)
}

// atLeastZero checks a number that may be left out.
func atLeastZero(path *field.Path, most *int32) field.ErrorList {
	if most == nil || *most >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, *most, "must be greater than or equal to 0")}
}

// inHome returns how many ConfigMaps and Secrets the home namespace may have.
func (q Quota) inHome() corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceConfigMaps: *resource.NewQuantity(int64(*q.ConfigMapsInHome), resource.DecimalSI),
		corev1.ResourceSecrets:    *resource.NewQuantity(int64(*q.SecretsInHome), resource.DecimalSI),
	}
}

func (q Quota) validate(path *field.Path) field.ErrorList {
	errs := atLeastZero(path.Child("namespaces"), &q.Namespaces)
	errs = append(errs, quota.ValidateResources(path.Child("hard"), q.Hard)...)
	errs = append(errs, quota.ValidateResources(path.Child("perNamespace"), q.PerNamespace)...)
	errs = append(errs, atLeastZero(path.Child("configMapsInHome"), q.ConfigMapsInHome)...)
	errs = append(errs, atLeastZero(path.Child("secretsInHome"), q.SecretsInHome)...)
	errs = append(errs, q.FluxInHome.validate(path.Child("fluxInHome"))...)
	return append(errs, q.FluxPerNamespace.validate(path.Child("fluxPerNamespace"))...)
}

// perNamespace returns what each namespace of the tenant may use.
func (q Quota) perNamespace() corev1.ResourceList {
	list := q.FluxPerNamespace.resources(nil)
	maps.Copy(list, q.PerNamespace)
	return list
}
