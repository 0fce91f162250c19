package capsule_test

import (
	"fmt"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	"github.com/projectcapsule/capsule/pkg/template"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
)

func ExampleTenant() {
	tenant, err := capsule.Tenant("dev-team",
		capsule.MatchOwners{capsule.TenantLabel: "dev-team"},
		capsule.NamespaceQuota(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(tenant.Spec)
	// Output:
	// data: {}
	// namespaceOptions:
	//   quota: 5
	// permissions:
	//   matchOwners:
	//   - matchLabels:
	//       projectcapsule.dev/tenant: dev-team
}

func ExampleTenantOwner() {
	owner, err := capsule.TenantOwner("dev-team-admins", capsule.Group("dev-team-admins"),
		capsule.Labels{capsule.TenantLabel: "dev-team"})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(owner.Spec)
	// Output:
	// kind: Group
	// name: dev-team-admins
}

// A group that every ServiceAccount of a namespace belongs to is no owner.
func ExampleTenantOwner_invalid() {
	_, err := capsule.TenantOwner("dev-team", capsule.Group("system:serviceaccounts:dev-team"),
		capsule.ClusterRoles{"cluster-admin"})
	fmt.Println(err)
	// Output:
	// TenantOwner.capsule.clastix.io "dev-team" is invalid: [spec.clusterRoles[0]: Forbidden: cluster-admin makes the owner master of every object in its namespaces, Capsule's included; ask for it with ClusterAdmin, spec.name: Invalid value: "system:serviceaccounts:dev-team": must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people]
}

// What the tenant's objects may be.
func ExampleRule() {
	tenant, err := capsule.Tenant("dev-team",
		capsule.Deny(capsule.ServiceTypes{"NodePort", "LoadBalancer"}),
		capsule.Allow(capsule.Registries{capsule.Registry(capsule.Matching(`^ghcr\.io/org/`), corev1.PullAlways)},
			capsule.Namespaces{MatchLabels: map[string]string{"env": "prod"}}),
		capsule.Quota("compute", corev1.ResourceList{"requests.cpu": resource.MustParse("8")}))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(tenant.Spec.Rules)
	// Output:
	// - enforce:
	//     action: deny
	//     ingress: {}
	//     services:
	//       types:
	//       - NodePort
	//       - LoadBalancer
	//     workloads: {}
	//   permissions: {}
	// - enforce:
	//     action: allow
	//     ingress: {}
	//     services: {}
	//     workloads:
	//       registries:
	//       - exp: ^ghcr\.io/org/
	//         policy:
	//         - Always
	//   namespaceSelector:
	//     matchLabels:
	//       env: prod
	//   permissions: {}
	// - permissions: {}
	//   quota:
	//   - hard:
	//       requests.cpu: "8"
	//     name: compute
}

// Every problem is listed, not just the first.
func ExampleTenant_invalid() {
	_, err := capsule.Tenant("dev.team", capsule.NamespaceQuota(0),
		capsule.Allow(capsule.Hostnames{Names: []capsuleruntime.ExpressionMatch{capsule.Matching("(")}}))
	for _, cause := range err.(apierrors.APIStatus).Status().Details.Causes {
		fmt.Println(cause.Field)
	}
	// Output:
	// metadata.name
	// spec.namespaceOptions.quota
	// spec.rules[0].enforce.ingress.types
	// spec.rules[0].enforce.ingress.hostnames[0].exp
}

func ExampleGlobalTenantResource() {
	limits, err := capsule.GlobalTenantResource("limits",
		capsule.As{Namespace: "capsule-system", Name: "replicator"}, capsule.EveryTenant(true),
		capsule.Replicate{Objects: []runtime.Object{&corev1.ResourceQuota{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
			ObjectMeta: metav1.ObjectMeta{Name: "pods"},
			Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"pods": resource.MustParse("20")}},
		}}})
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
	resource, err := capsule.TenantResource("dev-team-shared", "pull-secret", capsule.AccountName("replicator"),
		capsule.Replicate{Copies: []template.ResourceReference{{
			VersionKind: capsuleruntime.VersionKind{APIVersion: "v1", Kind: "Secret"},
			Name:        "pull-secret", Namespace: "dev-team-shared",
		}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(resource.Spec)
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

func ExampleResourcePool() {
	pool, err := capsule.ResourcePool("dev", corev1.ResourceList{"requests.cpu": resource.MustParse("32")},
		capsule.TenantNamespaces("dev-team", "test-team"), capsule.DefaultsZero(true))
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
	claim, err := capsule.ResourcePoolClaim("dev-team-apps", "compute", "dev", corev1.ResourceList{"requests.cpu": resource.MustParse("4")})
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
	quota, err := capsule.CustomQuota("dev-team-apps", "storage", resource.MustParse("100Gi"),
		capsule.Sources{capsule.Sum("v1", "PersistentVolumeClaim", ".spec.resources.requests.storage")})
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
	quota, err := capsule.GlobalCustomQuota("load-balancers", resource.MustParse("10"),
		capsule.Sources{capsule.Count("v1", "Service")}, capsule.TenantNamespaces("dev-team"))
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
	quota, err := capsule.GlobalResourceQuota("all", corev1.ResourceList{"pods": resource.MustParse("1000")}, capsule.EveryNamespace())
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

func ExampleCapsuleConfiguration() {
	config, err := capsule.CapsuleConfiguration("default",
		capsule.Users{capsule.Group("developers")}, capsule.ProtectedNamespaceRegex("^(kube|capsule)-"))
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
	config, err := capsule.CapsuleConfiguration("default", capsule.Users{capsule.Group("projectcapsule.dev")})
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

func ExampleForbidOwnerPromotion() {
	tenant, err := capsule.Tenant("dev-team")
	if err != nil {
		fmt.Println(err)
		return
	}
	object, err := capsule.ForbidOwnerPromotion(tenant)
	if err != nil {
		fmt.Println(err)
		return
	}
	print(object.Object["spec"])
	// Output:
	// data: {}
	// permissions:
	//   allowOwnerPromotion: false
}

func ExampleGlobalProxySettings() {
	settings, err := capsule.GlobalProxySettings("storage", capsule.ProxyRule{
		Subjects: []rbac.UserSpec{capsule.Group("developers")},
		Resources: []proxyv1beta1.ClusterResource{{
			APIGroups: []string{"storage.k8s.io"}, Resources: []string{"storageclasses"},
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"visible": "true"}},
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
	setting, err := capsule.ProxySetting("dev-team-apps", "auditors", capsule.ProxySubject{Subject: capsule.Group("auditors")})
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

func print(v any) {
	out, err := yaml.Marshal(v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
}
