package names

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

const (
	userPrefix  = "system:serviceaccount:"
	groupPrefix = "system:serviceaccounts:"
)

// User returns the name under which the API server authenticates a
// ServiceAccount.
func User(namespace, account string) string {
	return userPrefix + namespace + ":" + account
}

// Group returns the group of all ServiceAccounts of a namespace.
func Group(namespace string) string { return groupPrefix + namespace }

// ParseUser splits the user name of a ServiceAccount. It reports false for a
// name that no ServiceAccount can have.
func ParseUser(user string) (namespace, account string, ok bool) {
	rest, ok := strings.CutPrefix(user, userPrefix)
	if !ok {
		return "", "", false
	}
	namespace, account, _ = strings.Cut(rest, ":")
	if len(validation.IsDNS1123Label(namespace)) > 0 || len(validation.IsDNS1123Subdomain(account)) > 0 {
		return "", "", false
	}
	return namespace, account, true
}

// IsUser reports whether a name claims to be that of a ServiceAccount, as
// Capsule takes it: valid or not.
func IsUser(user string) bool { return strings.HasPrefix(user, userPrefix) }
