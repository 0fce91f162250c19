package attack_test

import (
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
)

// older is what has to refuse the attack with the versions of a set, in place of what
// refuses it with the pinned ones.
func (a attack) older(set controlplane.Set, want refusal) refusal {
	switch {
	case set.Flux == "2.7" && strings.Contains(a.kustomization+a.helmRelease, "kubeConfig: {secretRef:"):
		return refusal{byPolicy, "spec.kubeConfig.secretRef: must be the Secret that the platform makes for the account"}
	case set.Capsule == "0.13" && a.capsule013.says != "":
		return a.capsule013
	}
	return want
}

// oldWords are what the oldest versions say in place of the pinned ones: Capsule 0.13
// of a namespace that the tenant may not have, and Flux 2.7 of an object that it may not
// read.
var oldWords = map[string][]string{
	`cannot get resource "configmaps" in API group "" in the namespace "${theirs}"`: {"config status: 'Unknown': client rate limiter Wait returned an error"},
	"namespace is not owned by any tenant":                                          notTheTenants,
	"namespace can not be patched into a tenant":                                    notTheTenants,
	"denied patch request for this namespace":                                       notTheTenants,
}

var notTheTenants = []string{
	"when ForceTenantPrefix is enabled in the Tenant",
	"can not assign the desired namespace to a non-owned Tenant",
}

// inWordsOf is the refusal in the words of got, if the set has the oldest versions and
// they say that.
func (r refusal) inWordsOf(set controlplane.Set, got string) refusal {
	if strings.HasPrefix(set.Name, "oldest") {
		words := oldWords[r.says]
		if i := slices.IndexFunc(words, func(says string) bool { return strings.Contains(got, says) }); i >= 0 {
			r.says = words[i]
		}
	}
	return r
}
