package tenant

import (
	"fmt"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Imported is a tenant as existing objects describe it.
type Imported struct {
	// Spec builds the tenant as it should look today.
	Spec Spec

	// Changes are what differs between those objects and what Spec builds, and
	// what could not be carried over.
	Changes []Change
}

// A Change is one difference between an existing object and what is built.
type Change struct {
	// Object is the existing one, as in "RoleBinding dev-team/gitops-reconciler".
	Object string

	// Text says what is different and why.
	Text string
}

// String is the object and the text.
func (c Change) String() string { return c.Object + ": " + c.Text }

// Import finds the tenants in a set of objects and infers a Spec of each, in the
// order of the Tenant objects. It reads every version of the kinds, typed or
// unstructured, the set-up of clastix/flux2-capsule-multi-tenancy of 2022
// included. Where an object is there twice, as in a base and an overlay, the
// second is taken as a patch of the first. What [Build] has made comes back as the spec it was made of, but for
// defaults, which are left out, and for what no object holds: the server of a
// kubeconfig that lies in a Secret.
//
// That server is taken from the Secret if it is among the objects, and from
// access otherwise.
func Import(objects []runtime.Object, access kubeconfig.Access) ([]Imported, error) {
	inv, err := newInventory(objects)
	if err != nil {
		return nil, err
	}
	var found []Imported
	for _, t := range inv.of("capsule.clastix.io", "Tenant") {
		i := &importer{inventory: inv, tenant: t, fallback: access}
		i.importTenant()
		found = append(found, Imported{Spec: i.spec, Changes: i.changes})
	}
	return found, nil
}

// importer infers the spec of one tenant.
type importer struct {
	*inventory
	tenant   *existing
	fallback kubeconfig.Access
	spec     Spec
	changes  []Change
}

func (i *importer) change(obj *existing, format string, args ...any) {
	i.changes = append(i.changes, Change{Object: obj.String(), Text: fmt.Sprintf(format, args...)})
}

func (i *importer) importTenant() {
	var t tenantFields
	i.tenant.into(&t)
	i.spec.Name = i.tenant.name
	if quota := t.Spec.NamespaceOptions.Quota; quota != nil {
		i.spec.Quota.Namespaces = *quota
	}
	i.spec.ForceTenantPrefix = t.Spec.ForceTenantPrefix
	if i.tenant.version != "v1beta2" {
		i.change(i.tenant, "capsule.clastix.io/%s is no longer accepted: v1beta2", i.tenant.version)
	}
	for _, binding := range t.Spec.AdditionalRoleBindings {
		i.change(i.tenant, "additionalRoleBindings of %s is left out: Capsule binds owners to admin, which is enough", binding.ClusterRoleName)
	}

	i.importIsolation()
	i.importOwners(t)
	i.importHome()
	i.importSync()
	i.superseded()
}

// importOwners parts the reconciler from the other owners.
func (i *importer) importOwners(t tenantFields) {
	owners := i.ownersOf(t)
	reconciler := slices.IndexFunc(owners, func(o ownerFields) bool { return i.reconciles(o) })
	for n, owner := range owners {
		if n == reconciler {
			namespace, account, _ := splitAccount(owner.Name)
			i.spec.Home, i.spec.ServiceAccount = leaveOut(namespace, i.spec.Name), leaveOut(account, DefaultServiceAccount)
			continue
		}
		roles := owner.ClusterRoles
		if slices.Equal(roles, []string{"admin", "capsule-namespace-deleter"}) {
			roles = nil
		}
		if slices.Contains(roles, "cluster-admin") {
			i.spec.AllowClusterAdmin = true
		}
		i.spec.Owners = append(i.spec.Owners, Owner{Kind: owner.Kind, Name: owner.Name, ClusterRoles: roles})
		if errs := capsule.ValidateSubject(nil, rbac.UserSpec{Kind: owner.Kind, Name: owner.Name}); len(errs) > 0 {
			i.change(i.tenant, "owner %s %s has to be replaced: %s", owner.Kind, owner.Name, errs[0].Detail)
		}
	}
	if len(t.Spec.Owners) > 0 {
		i.change(i.tenant, "owners become TenantOwner objects, which also makes them users of Capsule")
	}
	if reconciler < 0 {
		i.change(i.tenant, "no ServiceAccount among the owners has a Kustomization in its namespace: home, source and path are for you to fill in")
	}
}

// ownersOf are the inline owners of a Tenant and the TenantOwners it selects.
func (i *importer) ownersOf(t tenantFields) []ownerFields {
	owners := slices.Clone(t.Spec.Owners)
	for n := range owners {
		if owners[n].Kind == "" {
			owners[n].Kind = rbac.UserOwner
			if strings.HasPrefix(owners[n].Name, "system:serviceaccount:") {
				owners[n].Kind = rbac.ServiceAccountOwner
			}
		}
	}
	for _, obj := range i.of("capsule.clastix.io", "TenantOwner") {
		if obj.labels[capsule.TenantLabel] == i.tenant.name || t.Spec.Permissions.selects(obj.labels) {
			var owner struct {
				Spec ownerFields `json:"spec"`
			}
			obj.into(&owner)
			owners = append(owners, owner.Spec)
		}
	}
	return owners
}

// reconciles tells whether an owner is an account in whose namespace Flux
// applies something.
func (i *importer) reconciles(owner ownerFields) bool {
	namespace, _, ok := splitAccount(owner.Name)
	return ok && owner.Kind == rbac.ServiceAccountOwner && len(i.in(namespace, "kustomize.toolkit.fluxcd.io", "Kustomization")) > 0
}

// splitAccount splits the user name of a ServiceAccount.
func splitAccount(name string) (namespace, account string, ok bool) {
	rest, ok := strings.CutPrefix(name, "system:serviceaccount:")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}

// superseded names the objects of 2022 that nothing takes the place of.
func (i *importer) superseded() {
	for _, obj := range i.of("rbac.authorization.k8s.io", "ClusterRoleBinding") {
		if strings.HasPrefix(obj.name, "capsule-namespace-provisioner-gitops-"+i.spec.Name) {
			i.change(obj, "is no longer needed: Capsule lets its users make and patch namespaces")
		}
	}
	group := "system:serviceaccounts:" + orDefault(i.spec.Home, i.spec.Name)
	for _, obj := range i.of("capsule.clastix.io", "CapsuleConfiguration") {
		var config struct {
			Spec struct {
				UserGroups []string `json:"userGroups"`
			} `json:"spec"`
		}
		obj.into(&config)
		if slices.Contains(config.Spec.UserGroups, group) {
			i.change(obj, "userGroups need not name %s: the TenantOwner makes the reconciler, and no other account there, a user of Capsule", group)
		}
	}
}

// leaveOut is a value, or nothing if it is the default.
func leaveOut[T comparable](value, byDefault T) T {
	if value == byDefault {
		var zero T
		return zero
	}
	return value
}
