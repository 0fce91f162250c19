package model

import (
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// An Account is a ServiceAccount.
type Account struct{ Namespace, Name string }

// String returns namespace/name.
func (a Account) String() string { return a.Namespace + "/" + a.Name }

// User returns the name of the account as a user.
func (a Account) User() string { return names.User(a.Namespace, a.Name) }

// ParseAccount returns the account that a user name stands for.
func ParseAccount(user string) (Account, bool) {
	namespace, name, ok := names.ParseUser(user)
	return Account{namespace, name}, ok
}

// OwnerAccount returns the account that an owner of a Tenant stands for.
func OwnerAccount(user rbac.UserSpec) (Account, bool) {
	if user.Kind == rbac.GroupOwner {
		return Account{}, false
	}
	return ParseAccount(user.Name)
}

// AccountsOf returns the namespace of the group of all its ServiceAccounts.
func AccountsOf(group string) (namespace string, ok bool) {
	namespace, ok = strings.CutPrefix(group, names.Group(""))
	return namespace, ok && namespace != ""
}

// Everybody reports whether a group has every account of the cluster in it.
func Everybody(group string) bool {
	return group == "system:serviceaccounts" || group == "system:authenticated" || group == "system:unauthenticated"
}
