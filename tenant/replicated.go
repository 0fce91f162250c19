package tenant

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// isolationObject makes what Capsule puts into each of the tenant's namespaces,
// or nil if that is nothing.
func isolationObject(id identity, spec Spec) (*capsulev1beta2.GlobalTenantResource, error) {
	var objects []runtime.Object
	if limits := spec.Isolation.LimitRange; len(limits) > 0 {
		objects = append(objects, limitRange(limits))
	}
	if quota := spec.Quota.perNamespace(); len(quota) > 0 {
		objects = append(objects, resourceQuota(quota))
	}
	if len(objects) == 0 {
		return nil, nil
	}
	return capsule.GlobalTenantResource(id.meta("", names.Of(id.tenant, names.Isolation)), capsulev1beta2.GlobalTenantResourceSpec{
		TenantSelector: capsule.TenantNamed(id.tenant),
		TenantResourceCommonSpec: capsulev1beta2.TenantResourceCommonSpec{
			Resources: []capsulev1beta2.ResourceSpec{{RawItems: capsule.RawItems(objects...)}},
			// Ours must replace an object of the same name that somebody made first.
			Settings: capsulev1beta2.TenantResourceCommonSpecSettings{Adopt: new(true), Force: new(true)},
		},
	}, capsule.AllowAsController)
	// Capsule acts as itself here: the objects are the platform's and hold no templates,
	// so a tenant cannot influence what is applied. An account that may write quotas in
	// every namespace would be one more target.
}

func limitRange(limits []corev1.LimitRangeItem) *corev1.LimitRange {
	return &corev1.LimitRange{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "LimitRange"},
		ObjectMeta: metav1.ObjectMeta{Name: names.Isolation},
		Spec:       corev1.LimitRangeSpec{Limits: limits},
	}
}

func resourceQuota(hard corev1.ResourceList) *corev1.ResourceQuota {
	return &corev1.ResourceQuota{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
		ObjectMeta: metav1.ObjectMeta{Name: names.Isolation},
		Spec:       corev1.ResourceQuotaSpec{Hard: hard},
	}
}
