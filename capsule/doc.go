// Package capsule builds the objects of Capsule and Capsule Proxy.
//
// Every kind has a function of its name, which takes upstream's metadata and
// upstream's spec and returns upstream's object, or one error that lists every
// invalid field in the API server's words. [Validate] checks an object that was
// changed or read.
//
//	tenant, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{
//		NamespaceOptions: &capsulev1beta2.NamespaceOptions{Quota: new(int32(5))},
//	})
//
// # What to use
//
//	group the namespaces of a team                    Tenant
//	make somebody own tenants                         TenantOwner of a User, Group, ServiceAccount
//	  the label by which Capsule finds the owners     TenantLabel
//	  forbid owners to make owners                    ForbidOwnerPromotion
//	say what the tenant's objects may be              Tenant, spec.rules: Allow, Deny, Audit
//	  match values                                    Exactly, Matching, NotMatching
//	  match images                                    Registry
//	say which classes they may use                    Tenant, spec.storageClasses ...: Classes
//	give templates data about the tenant              Tenant, spec.data: Data
//	limit what a tenant uses                          Tenant, spec.rules: Quota
//	limit what any namespaces use together            GlobalResourceQuota
//	share an amount among namespaces                  ResourcePool, ResourcePoolClaim
//	limit objects of any kind                         CustomQuota, GlobalCustomQuota
//	  say what counts                                 Count, Sum, SumExpression, Subtract
//	select namespaces for these                       TenantNamespaces, EveryNamespace, MembershipLabel
//	keep objects in the tenants' namespaces           GlobalTenantResource, TenantResource
//	  from Go values                                  RawItems
//	  of one tenant                                   TenantNamed
//	  how often they are corrected                    DefaultResyncPeriod
//	let subjects read through Capsule Proxy           GlobalProxySettings, ProxySetting
//	configure Capsule itself                          CapsuleConfiguration, DefaultCacheInvalidation
//	  name its users, those of all tenants            MergeUsers, MergedUsersAnnotation
//	check an object that was changed or read          Validate
//	allow what is refused otherwise                   Allowance: AllowAsController, AllowClusterAdmin,
//	                                                  AllowClusterWide, AllowEverybody, AllowEveryTenant
//	register the kinds                                AddToScheme
//
// # What is refused
//
// An object that was built without an error is accepted by the CRDs and the webhooks
// of the Capsule version this module is pinned to, except for checks that need the
// cluster: its kinds, and names and hosts in use. The constructors also reject input
// that Capsule accepts but reads differently than it looks:
//
//   - an empty selector, which is every namespace, every tenant, every class or
//     none at all, depending on the field;
//   - a replication without an account, which acts as a cluster administrator;
//   - cluster-admin, in roles and bindings;
//   - groups of Kubernetes as owners or users, such as all ServiceAccounts of a
//     namespace, and everybody as the subject of a binding;
//   - a quota of what is never counted, or whose scopes do not fit its resources;
//   - names that are too long for the labels Capsule makes of them;
//   - regular expressions that make a webhook panic later;
//   - cluster-scoped objects in a replication.
//
// # Which Capsule
//
// The types are those of github.com/projectcapsule/capsule, the project that was
// github.com/clastix/capsule until 2023. The API group is still
// capsule.clastix.io. Importing them brings in controller-runtime and client-go,
// which packages flux, kubeconfig and manifest therefore do without. Capsule
// Proxy's own types are not published; ours are in package proxy/v1beta1.
package capsule
