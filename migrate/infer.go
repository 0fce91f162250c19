package migrate

import (
	"fmt"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const capsuleGroup = "capsule.clastix.io"

// importer infers the spec of one tenant.
type importer struct {
	objects  *inventory
	tenant   *existing
	fallback kubeconfig.Access

	spec      tenant.Spec
	homeQuota corev1.ResourceList

	// Existing objects that the built objects replace.
	root, source, configMap, homeBinding, provider, alert *existing

	owned  map[user]*existing // TenantOwners, by whom they are about
	inline map[user]bool      // owners that the Tenant itself lists

	differences []Difference
	missing     []error
	reasons     map[*existing]map[string]string
	accounted   map[int]bool // by the index of the object in the input
}

type user struct {
	kind rbac.OwnerKind
	name string
}

func (i *importer) differs(obj *existing, format string, args ...any) {
	i.differences = append(i.differences, Difference{File: obj.file, Object: obj.String(), Text: fmt.Sprintf(format, args...)})
}

func (i *importer) importTenant() {
	var t capsulev1beta2.Tenant
	i.tenant.into(&t)
	i.spec.Name = i.tenant.name
	if i.tenant.version != "v1beta2" {
		i.differs(i.tenant, "capsule.clastix.io/%s is no longer accepted: v1beta2", i.tenant.version)
	}
	if options := t.Spec.NamespaceOptions; options != nil {
		if options.Quota != nil {
			i.spec.Quota.Namespaces = *options.Quota
		}
		//nolint:staticcheck // deprecated in Capsule, still in use
		i.spec.NamespaceMetadata = options.AdditionalMetadataList
	}
	i.spec.Cordoned, i.spec.PreventDeletion = t.Spec.Cordoned, t.Spec.PreventDeletion
	i.importPrefix(t.Spec.ForceTenantPrefix)
	i.importIsolation()
	i.importOwners(t.Spec)
	i.importBindings(t.Spec.AdditionalRoleBindings)
	i.importHome()
	i.importSync()
	i.importNotification()
	i.importMetadata()
	i.importHomeQuota()
	i.importQuarantine()
	i.superseded()
	if i.homeQuota == nil { // not built by package tenant
		i.differs(i.tenant, "the profile is none, as it was: the profile baseline isolates its namespaces and limits what they use")
	}
	i.account()
}

// importBindings reads the additional role bindings, except the reconciler's to
// cluster-admin in the set-up of 2022: Capsule binds owners to admin.
func (i *importer) importBindings(all []rbac.AdditionalRoleBindingsSpec) {
	reconciler := rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: i.home(), Name: i.accountName()}
	for _, binding := range all {
		admin := binding.ClusterRoleName == "cluster-admin"
		if admin && i.tenant.version != "v1beta2" && slices.Equal(binding.Subjects, []rbacv1.Subject{reconciler}) {
			i.because(i.tenant, "spec.additionalRoleBindings", "Capsule binds owners to admin, which is enough")
			continue
		}
		i.spec.AllowClusterAdmin = i.spec.AllowClusterAdmin || admin
		i.spec.AdditionalRoleBindings = append(i.spec.AdditionalRoleBindings, binding)
	}
}

// importPrefix reads forceTenantPrefix. The default of a spec differs from Capsule's.
func (i *importer) importPrefix(force *bool) {
	switch {
	case force == nil:
		i.spec.ForceTenantPrefix = new(false)
		i.because(i.tenant, "spec.forceTenantPrefix", "as Capsule has it by default: without it the tenant can make a namespace that a later tenant needs")
	case !*force:
		i.spec.ForceTenantPrefix = force
	}
}

// importQuarantine reads a tenant in the quarantine's shard as quarantined.
func (i *importer) importQuarantine() {
	if i.spec.Shard != names.Quarantine {
		return
	}
	i.spec.Quarantine, i.spec.Cordoned = true, false
	i.spec.Shard, i.spec.Suspend, i.spec.NoHomeRole = "", false, false
	if i.spec.Notification != nil {
		i.spec.Notification.Provider.Suspend = false
	}
	i.spec.Quota.FluxInHome, i.spec.Quota.FluxPerNamespace = tenant.FluxObjects{}, tenant.FluxObjects{}
}

// importOwners separates the reconciler from the other owners.
func (i *importer) importOwners(t capsulev1beta2.TenantSpec) {
	owners := i.ownersOf(t)
	reconciler := slices.IndexFunc(owners, func(o rbac.CoreOwnerSpec) bool { return i.reconciles(o) })
	for n, owner := range owners {
		if n == reconciler {
			namespace, account, _ := names.ParseUser(owner.Name)
			i.spec.Home, i.spec.ServiceAccount = leaveOut(namespace, i.spec.Name), leaveOut(account, tenant.DefaultServiceAccount)
			continue
		}
		roles := owner.ClusterRoles
		if slices.Equal(roles, []string{"admin", "capsule-namespace-deleter"}) {
			roles = nil
		}
		if slices.Contains(roles, "cluster-admin") {
			i.spec.AllowClusterAdmin = true
		}
		i.spec.Owners = append(i.spec.Owners, tenant.Owner{Kind: owner.Kind, Name: owner.Name, ClusterRoles: roles})
		if errs := subject.Validate(nil, rbac.UserSpec{Kind: owner.Kind, Name: owner.Name}); len(errs) > 0 {
			i.differs(i.tenant, "owner %s %s has to be replaced: %s", owner.Kind, owner.Name, errs[0].Detail)
		}
	}
	if len(t.Owners) > 0 {
		i.differs(i.tenant, "owners become TenantOwner objects, which also makes them users of Capsule")
	}
	if reconciler < 0 {
		i.lacks(i.tenant, "no ServiceAccount among the owners has a Kustomization in its namespace: home, source and path are for you to fill in")
	}
}

// ownersOf are the inline owners of a Tenant and the TenantOwners it selects. One
// of 2022 may have no kind.
func (i *importer) ownersOf(t capsulev1beta2.TenantSpec) []rbac.CoreOwnerSpec {
	var owners []rbac.CoreOwnerSpec
	for _, item := range t.Owners {
		owner := item.CoreOwnerSpec
		if owner.Kind == "" {
			owner.Kind = rbac.UserOwner
			if names.IsUser(owner.Name) {
				owner.Kind = rbac.ServiceAccountOwner
			}
		}
		owners = append(owners, owner)
		i.inline[user{owner.Kind, owner.Name}] = true
	}
	for _, obj := range i.objects.ownersOf(i.tenant.name, t.Permissions.MatchOwners) {
		var owner capsulev1beta2.TenantOwner
		obj.into(&owner)
		id := user{owner.Spec.Kind, owner.Spec.Name}
		if i.owned[id] != nil || i.inline[id] {
			continue // left over, and so named
		}
		i.owned[id] = obj
		owners = append(owners, owner.Spec.CoreOwnerSpec)
	}
	return owners
}

// reconciles reports whether an owner is an account in whose namespace Flux
// applies something.
func (i *importer) reconciles(owner rbac.CoreOwnerSpec) bool {
	namespace, _, ok := names.ParseUser(owner.Name)
	return ok && owner.Kind == rbac.ServiceAccountOwner && len(i.objects.in(namespace, "kustomize.toolkit.fluxcd.io", "Kustomization")) > 0
}

// superseded names the setting of 2022 that has no successor.
func (i *importer) superseded() {
	group := names.Group(i.home())
	if config := i.objects.userGroups[group]; config != nil {
		i.differs(config, "userGroups need not name %s: the TenantOwner makes the reconciler, and no other account there, a user of Capsule", group)
	}
}

// leaveOut returns a value, or the zero value if it is the default.
func leaveOut[T comparable](value, byDefault T) T {
	if value == byDefault {
		var zero T
		return zero
	}
	return value
}
