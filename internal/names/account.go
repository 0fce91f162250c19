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

// ParseUser returns the ServiceAccount that the API server authenticates under a
// name. It reports false for a name that no ServiceAccount can have.
func ParseUser(user string) (namespace, account string, ok bool) {
	namespace, account, ok = SplitUser(user)
	if !ok || len(validation.IsDNS1123Label(namespace)) > 0 || len(validation.IsDNS1123Subdomain(account)) > 0 {
		return "", "", false
	}
	return namespace, account, true
}

// SplitUser splits a name that claims to be that of a ServiceAccount, as Capsule
// takes it, valid or not. It reports false for any other name.
func SplitUser(user string) (namespace, account string, ok bool) {
	rest, ok := strings.CutPrefix(user, userPrefix)
	namespace, account, _ = strings.Cut(rest, ":")
	return namespace, account, ok
}
