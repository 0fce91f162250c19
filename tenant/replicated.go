package tenant

import (
	"encoding/json"

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
	var items []capsulev1beta2.RawExtension
	if limits := spec.Isolation.LimitRange; len(limits) > 0 {
		items = capsule.RawItems(limitRange(limits))
	}
	if hard := spec.Quota.perNamespace(); len(hard) > 0 {
		quota, err := resourceQuota(hard)
		if err != nil {
			return nil, err
		}
		items = append(items, quota)
	}
	if len(items) == 0 {
		return nil, nil
	}
	return capsule.GlobalTenantResource(id.meta("", names.Of(id.tenant, names.Isolation)), capsulev1beta2.GlobalTenantResourceSpec{
		TenantSelector: capsule.TenantNamed(id.tenant),
		TenantResourceCommonSpec: capsulev1beta2.TenantResourceCommonSpec{
			Resources: []capsulev1beta2.ResourceSpec{{RawItems: items}},
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

// resourceQuota encodes a ResourceQuota itself, in the order of keys of
// capsule.RawItems: that takes a third of the time, and every tenant has one.
func resourceQuota(hard corev1.ResourceList) (capsulev1beta2.RawExtension, error) {
	object := struct {
		APIVersion string                   `json:"apiVersion"`
		Kind       string                   `json:"kind"`
		Metadata   map[string]string        `json:"metadata"`
		Spec       corev1.ResourceQuotaSpec `json:"spec"`
	}{"v1", "ResourceQuota", map[string]string{"name": names.Isolation}, corev1.ResourceQuotaSpec{Hard: hard}}
	raw, err := json.Marshal(object)
	return capsulev1beta2.RawExtension{RawExtension: runtime.RawExtension{Raw: raw}}, err
}
