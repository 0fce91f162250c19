package model

import (
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// Users are the users and groups whose requests Capsule's webhooks look at.
type Users struct {
	// Known is set if the set has a CapsuleConfiguration, which lists them.
	Known bool

	names map[string]bool
}

func readUsers(set *Set) Users {
	users := Users{names: map[string]bool{}}
	for _, owner := range All[*capsulev1beta2.TenantOwner](set) {
		if owner.Spec.AggregateEnabled() {
			users.names[owner.Spec.Name] = true
		}
	}
	for _, configuration := range All[*capsulev1beta2.CapsuleConfiguration](set) {
		users.Known = true
		for _, name := range slices.Concat(configuration.Spec.UserGroups, configuration.Spec.UserNames) {
			users.names[name] = true
		}
		for _, user := range configuration.Spec.Users {
			users.names[user.Name] = true
		}
	}
	return users
}

// Has reports whether an account is among the users.
func (u Users) Has(account Account) bool {
	return u.names[account.User()] || u.names[names.Group(account.Namespace)] ||
		u.names["system:serviceaccounts"] || u.names["system:authenticated"]
}
