package capsule_test

import (
	"fmt"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

func ExampleTenant() {
	tenant, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{
		Permissions: capsulev1beta2.Permissions{MatchOwners: []*metav1.LabelSelector{
			{MatchLabels: map[string]string{capsule.TenantLabel: "dev-team"}},
		}},
		NamespaceOptions: &capsulev1beta2.NamespaceOptions{Quota: new(int32(5))},
		StorageClasses:   capsule.Classes("ssd"),
	})
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
	// storageClasses:
	//   allowed:
	//   - ssd
}

// The error lists every fault, in the API server's words.
func ExampleTenant_invalid() {
	_, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev.team"}, capsulev1beta2.TenantSpec{
		NamespaceOptions: &capsulev1beta2.NamespaceOptions{Quota: new(int32(0))},
		Rules: []*rules.NamespaceRuleBodyTenant{capsule.Allow(rules.NamespaceRuleEnforceBody{
			Ingress: rules.NamespaceRuleEnforceIngressBody{Hostnames: []capsuleruntime.ExpressionMatch{capsule.Matching("(")}},
		})},
	})
	for _, cause := range err.(apierrors.APIStatus).Status().Details.Causes {
		fmt.Println(cause.Field)
	}
	// Output:
	// metadata.name
	// spec.namespaceOptions.quota
	// spec.rules[0].enforce.ingress.types
	// spec.rules[0].enforce.ingress.hostnames[0].exp
}

// Rules for the objects of a tenant.
func ExampleTenant_rules() {
	inProduction := capsule.Allow(rules.NamespaceRuleEnforceBody{Workloads: rules.NamespaceRuleEnforceWorkloadsBody{
		Registries: []rules.OCIRegistry{capsule.Registry(capsule.Matching(`^ghcr\.io/org/`), corev1.PullAlways)},
	}})
	inProduction.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"env": "prod"}}

	tenant, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{
		Rules: []*rules.NamespaceRuleBodyTenant{
			capsule.Deny(rules.NamespaceRuleEnforceBody{Services: rules.NamespaceRuleEnforceServicesBody{
				Types: []rules.ServiceType{rules.ServiceTypeNodePort, rules.ServiceTypeLoadBalancer},
			}}),
			inProduction,
			capsule.Quota("compute", corev1.ResourceQuotaSpec{
				Hard: corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("8")},
			}),
		},
	})
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

func ExampleTenantOwner() {
	owner, err := capsule.TenantOwner(
		metav1.ObjectMeta{Name: "dev-team-admins", Labels: map[string]string{capsule.TenantLabel: "dev-team"}},
		capsulev1beta2.TenantOwnerSpec{CoreOwnerSpec: rbac.CoreOwnerSpec{UserSpec: capsule.Group("dev-team-admins")}})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(owner.Spec)
	// Output:
	// kind: Group
	// name: dev-team-admins
}

// A group of every ServiceAccount of a namespace cannot be an owner, and
// cluster-admin has to be allowed by name.
func ExampleTenantOwner_invalid() {
	spec := capsulev1beta2.TenantOwnerSpec{CoreOwnerSpec: rbac.CoreOwnerSpec{
		UserSpec:     capsule.Group("system:serviceaccounts:dev-team"),
		ClusterRoles: []string{"cluster-admin"},
	}}
	_, err := capsule.TenantOwner(metav1.ObjectMeta{Name: "dev-team"}, spec)
	fmt.Println(err)

	spec.UserSpec = capsule.ServiceAccount("dev-team", "gitops-reconciler")
	_, err = capsule.TenantOwner(metav1.ObjectMeta{Name: "dev-team"}, spec, capsule.AllowClusterAdmin)
	fmt.Println(err)
	// Output:
	// TenantOwner.capsule.clastix.io "dev-team" is invalid: [spec.name: Invalid value: "system:serviceaccounts:dev-team": must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people, spec.clusterRoles[0]: Forbidden: cluster-admin gives every permission on every object in the tenant's namespaces, Capsule's included; AllowClusterAdmin allows it]
	// <nil>
}

// Validate checks a changed object as its constructor does.
func ExampleValidate() {
	tenant, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{})
	if err != nil {
		fmt.Println(err)
		return
	}
	tenant.Spec.NodeSelector = map[string]string{"pool": "dev team"}
	for _, cause := range capsule.Validate(tenant).(apierrors.APIStatus).Status().Details.Causes {
		fmt.Println(cause.Field)
	}
	// Output:
	// spec.nodeSelector
}

func ExampleForbidOwnerPromotion() {
	tenant, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{})
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

func print(v any) {
	out, err := yaml.Marshal(v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
}
