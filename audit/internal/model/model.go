package model

import (
	"slices"
	"time"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// Settings are facts that the caller knows besides the objects.
type Settings struct {
	// Platform are namespaces of the platform that cannot be told from the set.
	Platform []string

	// PlatformTenants are tenants, by name, that are the platform's own.
	PlatformTenants []string

	// Known are the fingerprints of findings that a baseline has.
	Known []string

	// Now is the time of the audit; zero if credentials are to count as live.
	Now time.Time
}

// A Model is a set of objects and their relations.
type Model struct {
	Now       time.Time
	Set       *Set
	Tenancy   *Tenancy
	Rights    *Rights
	Flux      *Flux
	Admission *Admission
	Users     Users
	Escapes   Escapes

	// Appliers are the Kustomizations and HelmReleases of the set.
	Appliers []Applier

	// Applied are the Kustomizations of the platform by their source and path.
	Applied Applied

	// Unrendered are the ResourceSets whose objects are not all in the set, with the
	// reason.
	Unrendered map[*Object]error

	// Components are the programs that the set installs, with their versions.
	Components []Component
}

// New returns the model of a set of objects.
func New(objects []*Object, settings Settings) *Model {
	set, unrendered := withRendered(NewSet(objects))
	tenancy := newTenancy(set, readAppliers(set), settings)
	if items := replicated(set, tenancy); len(items) > 0 {
		set = NewSet(slices.Concat(set.Objects, items))
	}
	flux := newFlux(set)
	return &Model{
		Now:        settings.Now,
		Set:        set,
		Tenancy:    tenancy,
		Rights:     newRights(set),
		Flux:       flux,
		Admission:  newAdmission(set, tenancy),
		Users:      readUsers(set),
		Escapes:    readEscapes(set, tenancy, flux, settings.Platform),
		Appliers:   readAppliers(set),
		Unrendered: unrendered,
		Applied:    newApplied(set, tenancy),
		Components: readComponents(set),
	}
}

// withRendered adds the objects that ResourceSets make.
func withRendered(set *Set) (*Set, map[*Object]error) {
	unrendered := map[*Object]error{}
	var further []*Object
	for _, o := range set.Objects {
		if o.GroupKind == ResourceSetKind && o.Raw != nil {
			objects, reason := rendered(o, set)
			if reason != nil {
				unrendered[o] = reason
			}
			further = append(further, objects...)
		}
	}
	if len(further) == 0 {
		return set, unrendered
	}
	return NewSet(slices.Concat(set.Objects, further)), unrendered
}

// Privileged reports whether Flux acts with the rights of the platform for an
// object: as itself, or as an account that may do everything. Known is false
// where the controller's flags are needed to tell and are not in the set.
func (m *Model) Privileged(a Applier) (yes, known bool) {
	if a.KubeConfig != nil && a.KubeConfig.SecretRef != nil {
		return false, true // with the credentials of the kubeconfig
	}
	account, known := m.Flux.ActsAs(a)
	if account == "" {
		return true, known
	}
	namespace := a.Object.Ref.Namespace
	for _, c := range m.Flux.Controllers {
		if c.Object.Ref.Namespace == namespace && c.Account == account {
			return true, true
		}
	}
	if m.Tenancy.Standing(namespace) == PlatformStanding && (account == fluxcmd.Kustomize || account == fluxcmd.Helm) {
		return true, true
	}
	return m.Rights.everything[Account{namespace, account}], true
}
