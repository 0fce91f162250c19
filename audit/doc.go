// Package audit finds the holes in the tenancy of a Flux and Capsule platform.
//
//	findings := audit.Check(audit.Inputs(objects))
//	err := audit.WriteText(os.Stdout, findings)
//
// Builders protect those who use them; most repositories were written by hand.
// [Check] takes the objects of one cluster, from wherever, and reports how a
// tenant could get out of its namespaces, and why the set-up will not work on
// current versions. It does no I/O and changes nothing.
//
// # What it goes by
//
// Not the single file but the set. From the objects it works out who the tenants
// are (Capsule's Tenants, the label toolkit.fluxcd.io/tenant), which namespaces
// are their homes and which their members, which account Flux acts as for each
// Kustomization and HelmRelease, and what that account may do: through role
// bindings, aggregated roles, groups of ServiceAccounts, and as an owner of a
// Tenant. It reads the flags of Flux's controllers (Deployments, or a
// FluxInstance of the Flux Operator), kubeconfigs as Flux reads them, and asks
// the ValidatingAdmissionPolicies of the set, with the API server's own evaluator,
// what they refuse.
//
// So a reference to another tenant's source is an error where nothing stops it, a
// warning where the controllers are not in the set, and a note where a flag or a
// policy does.
//
// # Severities
//
// An [Error] is an attack that works. A [Warning] is what does not work on
// current versions, or is one mistake away from an error. An [Info] is what is
// stopped elsewhere, and what the audit could not see: a remote base, an unknown
// chart that is installed with the platform's rights, a policy of another engine.
//
// What package tenant builds by default gives no finding at all.
//
// # Input
//
// Hand in the whole of one cluster's objects: without the controllers' Deployments
// the audit cannot tell what is locked, without the Namespaces not whose they are.
// Read them without a scheme, so that old versions and unknown fields show:
//
//	objects, err := manifest.Read(os.Stdin, nil)
//
// The program examples/audit does so for repositories, rendering their overlays,
// and for clusters.
//
// # Suppressing a finding
//
// An annotation with the rule's ID leaves a finding as it is, for a reason that has
// to be given; see [SuppressPrefix]. The finding stays in the list, marked.
//
// # Output
//
// [WriteText] is for people, [WriteJSON] for programs, [WriteSARIF] for code hosts,
// and [WriteMermaid] draws the tenancy with its holes in red. The rules are
// described under docs/audit.
//
// Memory and time grow with the number of objects, and no faster.
package audit

//go:generate go run ./internal/pages ../docs/audit
