package capsule_test

import (
	"fmt"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

func ExampleResourcePool() {
	pool, err := capsule.ResourcePool(metav1.ObjectMeta{Name: "dev"}, capsulev1beta2.ResourcePoolSpec{
		Selectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("dev-team", "test-team")},
		Quota: corev1.ResourceQuotaSpec{
			Hard: corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("32")},
		},
		Config: capsulev1beta2.ResourcePoolSpecConfiguration{DefaultsAssignZero: new(true)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(pool.Spec)
	// Output:
	// config:
	//   defaultsZero: true
	// quota:
	//   hard:
	//     requests.cpu: "32"
	// selectors:
	// - matchExpressions:
	//   - key: capsule.clastix.io/tenant
	//     operator: In
	//     values:
	//     - dev-team
	//     - test-team
}

func ExampleResourcePoolClaim() {
	claim, err := capsule.ResourcePoolClaim(
		metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "compute"},
		capsulev1beta2.ResourcePoolClaimSpec{
			Pool:           "dev",
			ResourceClaims: corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("4")},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(claim.Spec)
	// Output:
	// claim:
	//   requests.cpu: "4"
	// pool: dev
}

func ExampleCustomQuota() {
	quota, err := capsule.CustomQuota(
		metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "storage"},
		capsulev1beta2.CustomQuotaSpec{
			Limit: resource.MustParse("100Gi"),
			Sources: []capsulev1beta2.CustomQuotaSpecSource{
				capsule.Sum("v1", "PersistentVolumeClaim", ".spec.resources.requests.storage"),
			},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(quota.Spec)
	// Output:
	// limit: 100Gi
	// sources:
	// - apiVersion: v1
	//   kind: PersistentVolumeClaim
	//   op: add
	//   path: .spec.resources.requests.storage
}

func ExampleGlobalCustomQuota() {
	quota, err := capsule.GlobalCustomQuota(metav1.ObjectMeta{Name: "load-balancers"}, capsulev1beta2.GlobalCustomQuotaSpec{
		CustomQuotaSpec: capsulev1beta2.CustomQuotaSpec{
			Limit:   resource.MustParse("10"),
			Sources: []capsulev1beta2.CustomQuotaSpecSource{capsule.Count("v1", "Service")},
		},
		NamespaceSelectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("dev-team")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(quota.Spec)
	// Output:
	// limit: "10"
	// namespaceSelectors:
	// - matchExpressions:
	//   - key: capsule.clastix.io/tenant
	//     operator: In
	//     values:
	//     - dev-team
	// sources:
	// - apiVersion: v1
	//   kind: Service
	//   op: count
}

func ExampleGlobalResourceQuota() {
	quota, err := capsule.GlobalResourceQuota(metav1.ObjectMeta{Name: "all"}, capsulev1beta2.GlobalResourceQuotaSpec{
		NamespaceSelectors: []selectors.NamespaceSelector{capsule.EveryNamespace()},
		Quota: corev1.ResourceQuotaSpec{
			Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("1000")},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(quota.Spec)
	// Output:
	// namespaceSelectors:
	// - matchExpressions:
	//   - key: kubernetes.io/metadata.name
	//     operator: Exists
	// quota:
	//   hard:
	//     pods: 1k
}

// A quota that limits nothing is an error.
func ExampleGlobalResourceQuota_invalid() {
	_, err := capsule.GlobalResourceQuota(metav1.ObjectMeta{Name: "gpus"}, capsulev1beta2.GlobalResourceQuotaSpec{
		NamespaceSelectors: []selectors.NamespaceSelector{capsule.EveryNamespace()},
		Quota:              corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"nvidia.com/gpu": resource.MustParse("4")}},
	})
	fmt.Println(err)
	// Output:
	// GlobalResourceQuota.capsule.clastix.io "gpus" is invalid: spec.quota.hard[nvidia.com/gpu]: Invalid value: "nvidia.com/gpu": counts nothing: a quota counts only the requests of an extended resource, requests.nvidia.com/gpu
}
