package e2e

import (
	"context"
	"slices"
)

// An attack is what a tenant does to get out, in one of several ways, and what
// has to refuse it. ${me} is the tenant and its home namespace, ${mine} the
// namespace it has made, ${victim} and ${theirs} are those of another tenant,
// ${id} is a name for the attack's own objects.
type attack struct {
	name string

	git            string                                      // objects in the tenant's git
	kustomization  string                                      // spec of a Kustomization in the home namespace, over a harmless one
	helmRelease    string                                      // spec of a HelmRelease there, likewise
	tenantResource string                                      // spec of a TenantResource in the tenant's namespace
	with           string                                      // an object that the tenant writes into its home namespace first
	call           func(ctx context.Context, a *assault) error // requests with the tenant's token
	proxy          bool                                        // whether it needs Capsule Proxy

	always refusal // what refuses it with and without lockdown flags and policy
	flags  refusal // what refuses it only with Flux's lockdown flags
	policy refusal // what refuses it only with the admission policy

	rule string // of the audit, by which it is found where nothing refuses it
}

// A refusal is who refuses, and a part of what they say.
type refusal struct{ by, says string }

const (
	byRBAC    = "Kubernetes RBAC"
	byFlux    = "Flux"
	byFlag    = "Flux flag"
	byCapsule = "Capsule"
	byPolicy  = "admission policy"
	byProxy   = "Capsule Proxy"
)

// attacks, by the way they take.
var attacks = slices.Concat(gitAttacks, kustomizationAttacks, helmReleaseAttacks, tokenAttacks)
