package model

import (
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
)

// An Account is a ServiceAccount.
type Account struct{ Namespace, Name string }

// String returns namespace/name.
func (a Account) String() string { return a.Namespace + "/" + a.Name }

// User returns the name of the account as a user.
func (a Account) User() string { return "system:serviceaccount:" + a.Namespace + ":" + a.Name }

// ParseAccount returns the account that a user name stands for.
func ParseAccount(user string) (Account, bool) {
	rest, ok := strings.CutPrefix(user, "system:serviceaccount:")
	if !ok {
		return Account{}, false
	}
	namespace, name, ok := strings.Cut(rest, ":")
	return Account{namespace, name}, ok && namespace != "" && name != "" && !strings.Contains(name, ":")
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
	namespace, ok = strings.CutPrefix(group, "system:serviceaccounts:")
	return namespace, ok && namespace != ""
}

// Everybody reports whether a group has every account of the cluster in it.
func Everybody(group string) bool {
	return group == "system:serviceaccounts" || group == "system:authenticated" || group == "system:unauthenticated"
}
