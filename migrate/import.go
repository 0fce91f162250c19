package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Tenant is one that existing objects describe.
type Tenant struct {
	// Spec builds the tenant as it should look today.
	Spec tenant.Spec

	// Differences are what differs between those objects and what Spec builds, and
	// what could not be carried over.
	Differences []Difference
}

// A Difference is one between an existing object and what is built.
type Difference struct {
	// Object is the existing one, as in "RoleBinding dev-team/gitops-reconciler".
	Object string

	// Text says what is different and why.
	Text string
}

// String returns the object and the text.
func (d Difference) String() string { return d.Object + ": " + d.Text }

// Import finds the tenants in a set of objects and infers a Spec of each, in the
// order of the Tenant objects. It reads every version of the kinds, typed or
// unstructured, the set-up of clastix/flux2-capsule-multi-tenancy of 2022
// included. Where an object is there twice, as in a base and an overlay, the
// second is taken as a patch of the first. What [tenant.Build] has made comes back
// as a spec that builds the same objects, but for what no object holds: the server
// of a kubeconfig that lies in a Secret.
//
// That server is taken from the Secret if it is among the objects, and from
// access otherwise.
func Import(objects []runtime.Object, access kubeconfig.Access) ([]Tenant, error) {
	inv, err := newInventory(objects)
	if err != nil {
		return nil, err
	}
	var found []Tenant
	for _, t := range inv.of("capsule.clastix.io", "Tenant") {
		i := &importer{objects: inv, tenant: t, fallback: access}
		i.importTenant()
		found = append(found, Tenant{Spec: i.spec, Differences: i.differences})
	}
	return found, nil
}

// importer infers the spec of one tenant.
type importer struct {
	objects     *inventory
	tenant      *existing
	fallback    kubeconfig.Access
	spec        tenant.Spec
	homeQuota   corev1.ResourceList
	differences []Difference
}

func (i *importer) differs(obj *existing, format string, args ...any) {
	i.differences = append(i.differences, Difference{Object: obj.String(), Text: fmt.Sprintf(format, args...)})
}

func (i *importer) importTenant() {
	var t tenantFields
	i.tenant.into(&t)
	i.spec.Name = i.tenant.name
	if quota := t.Spec.NamespaceOptions.Quota; quota != nil {
		i.spec.Quota.Namespaces = *quota
	}
	i.importPrefix(t)
	if i.tenant.version != "v1beta2" {
		i.differs(i.tenant, "capsule.clastix.io/%s is no longer accepted: v1beta2", i.tenant.version)
	}
	for _, binding := range t.Spec.AdditionalRoleBindings {
		i.differs(i.tenant, "additionalRoleBindings of %s is left out: Capsule binds owners to admin, which is enough", binding.ClusterRoleName)
	}

	i.importIsolation()
	i.importOwners(t)
	i.importHome()
	i.importSync()
	i.importHomeQuota()
	i.importQuarantine(t)
	i.superseded()
	if i.homeQuota == nil { // not built by package tenant
		i.differs(i.tenant, "the profile is none, as it was: the profile baseline isolates its namespaces and limits what they use")
	}
}

// importPrefix leaves out the default, which is not Capsule's.
func (i *importer) importPrefix(t tenantFields) {
	switch force := t.Spec.ForceTenantPrefix; {
	case force == nil:
		i.spec.ForceTenantPrefix = new(false)
		i.differs(i.tenant, "forceTenantPrefix is false, as Capsule has it by default: without it the tenant can make a namespace that a later tenant needs")
	case !*force:
		i.spec.ForceTenantPrefix = force
	}
}

// importQuarantine takes the quarantine's shard for a tenant in quarantine, of
// which the rest follows.
func (i *importer) importQuarantine(t tenantFields) {
	if i.spec.Shard != names.Quarantine {
		if t.Spec.Cordoned {
			i.differs(i.tenant, "cordoned is left out: set it on the built Tenant, or quarantine in the spec")
		}
		return
	}
	i.spec.Quarantine = true
	i.spec.Shard, i.spec.Suspend, i.spec.NoHomeRole = "", false, false
	i.spec.Quota.FluxInHome, i.spec.Quota.FluxPerNamespace = tenant.FluxObjects{}, tenant.FluxObjects{}
}

// importOwners parts the reconciler from the other owners.
func (i *importer) importOwners(t tenantFields) {
	owners := i.ownersOf(t)
	reconciler := slices.IndexFunc(owners, func(o ownerFields) bool { return i.reconciles(o) })
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
	if len(t.Spec.Owners) > 0 {
		i.differs(i.tenant, "owners become TenantOwner objects, which also makes them users of Capsule")
	}
	if reconciler < 0 {
		i.differs(i.tenant, "no ServiceAccount among the owners has a Kustomization in its namespace: home, source and path are for you to fill in")
	}
}

// ownersOf are the inline owners of a Tenant and the TenantOwners it selects.
func (i *importer) ownersOf(t tenantFields) []ownerFields {
	owners := slices.Clone(t.Spec.Owners)
	for n := range owners {
		if owners[n].Kind == "" {
			owners[n].Kind = rbac.UserOwner
			if names.IsUser(owners[n].Name) {
				owners[n].Kind = rbac.ServiceAccountOwner
			}
		}
	}
	for _, obj := range i.objects.of("capsule.clastix.io", "TenantOwner") {
		if obj.labels[names.OwnerLabel] == i.tenant.name || t.Spec.Permissions.selects(obj.labels) {
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
	namespace, _, ok := names.ParseUser(owner.Name)
	return ok && owner.Kind == rbac.ServiceAccountOwner && len(i.objects.in(namespace, "kustomize.toolkit.fluxcd.io", "Kustomization")) > 0
}

// superseded names the objects of 2022 that nothing takes the place of.
func (i *importer) superseded() {
	for _, obj := range i.objects.of("rbac.authorization.k8s.io", "ClusterRoleBinding") {
		if strings.HasPrefix(obj.name, "capsule-namespace-provisioner-gitops-"+i.spec.Name) {
			i.differs(obj, "is no longer needed: Capsule lets its users make and patch namespaces")
		}
	}
	group := names.Group(cmp.Or(i.spec.Home, i.spec.Name))
	for _, obj := range i.objects.of("capsule.clastix.io", "CapsuleConfiguration") {
		var config struct {
			Spec struct {
				UserGroups []string `json:"userGroups"`
			} `json:"spec"`
		}
		obj.into(&config)
		if slices.Contains(config.Spec.UserGroups, group) {
			i.differs(obj, "userGroups need not name %s: the TenantOwner makes the reconciler, and no other account there, a user of Capsule", group)
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
