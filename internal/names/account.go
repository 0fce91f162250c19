package names

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

const (
	userPrefix  = "system:serviceaccount:"
	groupPrefix = "system:serviceaccounts:"
)

// User returns a ServiceAccount's user name at the API server.
func User(namespace, account string) string {
	return userPrefix + namespace + ":" + account
}

// Group returns the group of all ServiceAccounts of a namespace.
func Group(namespace string) string { return groupPrefix + namespace }

// ParseUser splits the user name of a ServiceAccount. It reports false for a
// name that no ServiceAccount can have.
func ParseUser(user string) (namespace, account string, ok bool) {
	namespace, account, ok = SplitUser(user)
	if !ok || len(validation.IsDNS1123Label(namespace)) > 0 || len(validation.IsDNS1123Subdomain(account)) > 0 {
		return "", "", false
	}
	return namespace, account, true
}

// SplitUser splits a name that has the form of a ServiceAccount's user name, with
// valid or invalid parts.
func SplitUser(user string) (namespace, account string, ok bool) {
	rest, ok := strings.CutPrefix(user, userPrefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}

// Everybody reports whether a subject of that kind and name includes users or
// ServiceAccounts of every tenant.
func Everybody(kind, name string) bool {
	switch kind {
	case "Group":
		return name == "system:authenticated" || name == "system:unauthenticated" || name == "system:serviceaccounts"
	case "User":
		return name == "system:anonymous"
	}
	return false
}

// IsUser reports whether Capsule reads a name as a ServiceAccount's, valid or not.
func IsUser(user string) bool { return strings.HasPrefix(user, userPrefix) }

// KubeconfigSuffix ends the name of the object with an account's kubeconfig.
const KubeconfigSuffix = "-kubeconfig"
