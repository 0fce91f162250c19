// Platform prints the objects that a platform team sets up besides its tenants:
// Capsule's configuration, a pool of memory, and a ResourceQuota in every namespace
// of every tenant.
//
//	go run ./examples/platform
package main

import (
	"log"
	"os"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/meta"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

func main() {
	config, err := capsule.CapsuleConfiguration(metav1.ObjectMeta{Name: "default"}, capsulev1beta2.CapsuleConfigurationSpec{
		Users:             rbac.UserListSpec{capsule.Group("developers")},
		ForceTenantPrefix: true,
	})
	check(err)
	pool, err := capsule.ResourcePool(metav1.ObjectMeta{Name: "shared"}, capsulev1beta2.ResourcePoolSpec{
		Selectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("dev-team", "ops-team")},
		Quota:     corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourceLimitsMemory: resource.MustParse("64Gi")}},
	})
	check(err)
	pods, err := capsule.GlobalTenantResource(metav1.ObjectMeta{Name: "pods"}, capsulev1beta2.GlobalTenantResourceSpec{
		ServiceAccount: &meta.NamespacedRFC1123ObjectReferenceWithNamespace{Namespace: "capsule-system", Name: "replicator"},
		TenantResourceCommonSpec: capsulev1beta2.TenantResourceCommonSpec{
			Resources: []capsulev1beta2.ResourceSpec{{RawItems: capsule.RawItems(&corev1.ResourceQuota{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
				ObjectMeta: metav1.ObjectMeta{Name: "pods"},
				Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("20")}},
			})}},
		},
	}, capsule.AllowEveryTenant)
	check(err)
	check(manifest.Write(os.Stdout, config, pool, pods))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
