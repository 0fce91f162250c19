package capsule_test

import (
	"fmt"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/meta"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	"github.com/projectcapsule/capsule/pkg/template"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
)

func ExampleGlobalTenantResource() {
	limits, err := capsule.GlobalTenantResource(metav1.ObjectMeta{Name: "limits"},
		capsulev1beta2.GlobalTenantResourceSpec{
			ServiceAccount: &meta.NamespacedRFC1123ObjectReferenceWithNamespace{Namespace: "capsule-system", Name: "replicator"},
			TenantResourceCommonSpec: capsulev1beta2.TenantResourceCommonSpec{
				Resources: []capsulev1beta2.ResourceSpec{{RawItems: capsule.RawItems(&corev1.ResourceQuota{
					TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
					ObjectMeta: metav1.ObjectMeta{Name: "pods"},
					Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("20")}},
				})}},
			},
		}, capsule.AllowEveryTenant)
	if err != nil {
		fmt.Println(err)
		return
	}
	print(limits.Spec)
	// Output:
	// resources:
	// - rawItems:
	//   - apiVersion: v1
	//     kind: ResourceQuota
	//     metadata:
	//       name: pods
	//     spec:
	//       hard:
	//         pods: "20"
	// resyncPeriod: 1m0s
	// scope: Namespace
	// serviceAccount:
	//   name: replicator
	//   namespace: capsule-system
}

func ExampleTenantResource() {
	replication, err := capsule.TenantResource(
		metav1.ObjectMeta{Namespace: "dev-team-shared", Name: "pull-secret"},
		capsulev1beta2.TenantResourceSpec{
			ServiceAccount: &meta.LocalRFC1123ObjectReference{Name: "replicator"},
			TenantResourceCommonSpec: capsulev1beta2.TenantResourceCommonSpec{
				Resources: []capsulev1beta2.ResourceSpec{{NamespacedItems: []template.ResourceReference{{
					VersionKind: capsuleruntime.VersionKind{APIVersion: "v1", Kind: "Secret"},
					Namespace:   "dev-team-shared",
					Name:        "pull-secret",
				}}}},
			},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(replication.Spec)
	// Output:
	// resources:
	// - namespacedItems:
	//   - apiVersion: v1
	//     kind: Secret
	//     name: pull-secret
	//     namespace: dev-team-shared
	// resyncPeriod: 1m0s
	// serviceAccount:
	//   name: replicator
}

func ExampleCapsuleConfiguration() {
	config, err := capsule.CapsuleConfiguration(metav1.ObjectMeta{Name: "default"}, capsulev1beta2.CapsuleConfigurationSpec{
		Users:                          rbac.UserListSpec{capsule.Group("developers")},
		ProtectedNamespaceRegexpString: "^(kube|capsule)-",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(config.Spec)
	// Output:
	// admission: {}
	// cacheInvalidation: 24h0m0s
	// enableTLSReconciler: false
	// events: {}
	// nodeMetadata: {}
	// protectedNamespaceRegex: ^(kube|capsule)-
	// rbac: {}
	// users:
	// - kind: Group
	//   name: developers
}

func ExampleMergeUsers() {
	config, err := capsule.CapsuleConfiguration(metav1.ObjectMeta{Name: "default"}, capsulev1beta2.CapsuleConfigurationSpec{
		Users: rbac.UserListSpec{capsule.Group("projectcapsule.dev")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	config, err = capsule.MergeUsers(config, capsule.ServiceAccount("dev-team", "gitops-reconciler"), capsule.User("alice"))
	if err != nil {
		fmt.Println(err)
		return
	}
	// Alice leaves.
	config, err = capsule.MergeUsers(config, capsule.ServiceAccount("dev-team", "gitops-reconciler"))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(config.Spec.Users)
	// Output:
	// - kind: Group
	//   name: projectcapsule.dev
	// - kind: ServiceAccount
	//   name: system:serviceaccount:dev-team:gitops-reconciler
}

func ExampleGlobalProxySettings() {
	settings, err := capsule.GlobalProxySettings(metav1.ObjectMeta{Name: "storage"}, proxyv1beta1.GlobalProxySettingsSpec{
		Rules: []proxyv1beta1.GlobalSubjectSpec{{
			Subjects: []proxyv1beta1.GlobalSubject{proxyv1beta1.GlobalSubject(capsule.Group("developers"))},
			ClusterResources: []proxyv1beta1.ClusterResource{{
				APIGroups: []string{"storage.k8s.io"}, Resources: []string{"storageclasses"},
				Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"visible": "true"}},
			}},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(settings.Spec)
	// Output:
	// rules:
	// - clusterResources:
	//   - apiGroups:
	//     - storage.k8s.io
	//     resources:
	//     - storageclasses
	//     selector:
	//       matchLabels:
	//         visible: "true"
	//   subjects:
	//   - kind: Group
	//     name: developers
}

func ExampleProxySetting() {
	setting, err := capsule.ProxySetting(
		metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "auditors"},
		proxyv1beta1.ProxySettingSpec{Subjects: []proxyv1beta1.OwnerSpec{{Kind: rbac.GroupOwner, Name: "auditors"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(setting.Spec)
	// Output:
	// subjects:
	// - kind: Group
	//   name: auditors
}
