package attack_test

import (
	"context"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// An attack is what a tenant does to get out, in one of several ways, and what
// has to refuse it. In its texts ${me} is the tenant and its home namespace,
// ${mine} the namespace it has made, ${victim} and ${theirs} are those of another
// tenant, ${id} is a name for the attack's own objects.
type attack struct {
	name string

	// The way it takes, one of these.
	git            string                                      // objects in the tenant's git
	kustomization  string                                      // spec of a Kustomization in the home namespace, over a harmless one
	helmRelease    string                                      // spec of a HelmRelease there, likewise
	object         string                                      // an object that the tenant writes anywhere
	tenantResource string                                      // spec of a TenantResource in the tenant's namespace
	call           func(ctx context.Context, a *attempt) error // requests with the tenant's token

	with     string // an object that the tenant writes into its home namespace first
	judged   bool   // whether a controller has something to say of the object
	admitted bool   // whether only admission shows what becomes of it: it is not made where no policy is in force

	profile bool // whether the tenant's profile refuses it, which an old Capsule does not know

	watcher bool // whether it needs source-watcher

	proxy  bool   // whether it needs Capsule Proxy whatever the tenant's access
	steals bool   // whether its effect is that a controller sends the attackers' server a token that is not the attacker's
	effect string // what a controller says where the attack had its effect, though the message is of a failure

	// What refuses it.
	always  refusal // with and without lockdown and policies
	flags   refusal // only with Flux's lockdown
	gated   refusal // only with Flux's lockdown and its gate for workload identity
	ungated refusal // in place of always, flags and gated, where Flux has no gate for workload identity
	policy  refusal // only with the admission policies
	proxied refusal // in place of always and flags, where Flux goes through Capsule Proxy
	direct  refusal // in place of always and flags, where Flux has a kubeConfig of the API server

	capsule013 refusal // in place of all of them, with Capsule 0.13
	harmless   string  // why Capsule 0.13 may accept it: nothing outside of the tenant changes

	// rule is the audit's, by which it is found where nothing refuses it; empty if
	// there is nothing to find in a manifest.
	rule string
}

// A refusal is who refuses, and a part of what they say.
type refusal struct{ by, says string }

// Who refuses.
const (
	byRBAC        = "Kubernetes RBAC"
	byFlux        = "Flux"
	byFlag        = "Flux flag"
	byEnvironment = "Flux environment"
	byCapsule     = "Capsule"
	byPolicy      = "admission policy"
	byProxy       = "Capsule Proxy"
	byQuota       = "Kubernetes quota"
	byCRD         = "CRD"
)

// attacks are all of them, by the way they take.
func attacks() []attack {
	return slices.Concat(gitAttacks(), kustomizationAttacks(), helmReleaseAttacks(), tokenAttacks(),
		remoteAttacks(), loadAttacks(), homeAttacks(), identityAttacks(), timeAttacks(), markAttacks(),
		sourceAttacks(), deputyAttacks(), capsuleAttacks(), clusterAttacks(), pathAttacks(), artifactAttacks(), ownAttacks())
}

// A round is one protection under which every attack is made.
type round struct {
	name string
	harness.Protection
}

func rounds() []round {
	return []round{
		{"flags only", harness.Protection{Flags: true, Identity: true}},
		{"policies only", harness.Protection{Policies: true, Identity: true}},
		{"both", harness.Protection{Flags: true, Policies: true, Identity: true}},
		{"flags only, no workload identity", harness.Protection{Flags: true}},
		{"policies only, no workload identity", harness.Protection{Policies: true}},
		{"both, no workload identity", harness.Protection{Flags: true, Policies: true}},
	}
}

// refusedBy is what has to refuse the attack in a round, by a tenant of an access.
func (a attack) refusedBy(r round, access harness.Access) refusal {
	if r.Policies && a.policy.says != "" { // at admission, before Flux sees it
		return a.policy
	}
	refused := a.always
	if r.Flags && refused.says == "" {
		refused = a.flags
	}
	switch {
	case r.Flags && r.Identity && refused.says == "":
		refused = a.gated
	case !r.Identity && a.ungated.says != "" && (r.Flags || a.always.says != ""):
		refused = a.ungated
	}
	switch {
	case refused.says == "":
	case access.Proxy && a.proxied.says != "":
		return a.proxied
	case !access.Proxy && access != harness.ImpersonationOnly() && a.direct.says != "":
		return a.direct
	}
	return refused
}

// differs reports whether the attack can differ from one access to another. What
// the tenant does with its own token goes to the API server or to Capsule Proxy,
// however Flux gets there; and a Flux object that brings a kubeConfig of its own
// does not use the tenant's.
func (a attack) differs(access harness.Access) bool {
	switch {
	case a.call != nil || a.object != "" || a.tenantResource != "":
		return access == harness.ImpersonationOnly() || access == harness.ProxyTokenless() || access.Name == "proxy Secret"
	case a.bringsKubeConfig():
		return access == harness.ImpersonationOnly()
	}
	return true
}
