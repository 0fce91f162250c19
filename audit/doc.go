// Package audit finds the holes in the tenancy of a Flux and Capsule platform.
//
//	report := audit.Check(audit.Inputs(objects))
//	err := audit.WriteText(os.Stdout, report)
//
// Builders protect those who use them; most repositories were written by hand.
// [Check] takes the objects of one cluster, wherever they come from, and reports
// how a tenant could get out of its namespaces, and what will not work on current
// versions. It does no I/O and changes nothing.
//
// # What it reads
//
// Not the single file but the set. From the objects it works out who the tenants
// are (Capsule's Tenants, the label toolkit.fluxcd.io/tenant), which namespaces
// are their homes and which their members, which account Flux acts as for each
// Kustomization and HelmRelease, and what that account may do: through role
// bindings, aggregated roles, groups of ServiceAccounts, and as an owner of a
// Tenant. It reads the flags of Flux's controllers (Deployments, or a
// FluxInstance of the Flux Operator) and kubeconfigs as Flux reads them, and asks
// the ValidatingAdmissionPolicies of the set, with the API server's own evaluator,
// what they reject.
//
// So a reference to another tenant's source is an error where nothing stops it, a
// warning where the controllers are not in the set, and info where a flag or a
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
// Hand in all objects of one cluster: without the controllers' Deployments the
// audit cannot tell what is locked, without the Namespaces not whose they are.
// Read them without a scheme, so that old versions and unknown fields show:
//
//	objects, err := manifest.Read(os.Stdin, nil)
//
// What could not be read belongs in the set, too, as an [Input] with its error: the
// report then names it, so that nobody takes silence for safety.
//
// # Rules
//
// Each [Rule] has a page, rules/ID.md, which is published under docs/audit and
// from which its findings take their text, and a check. A check ranges over one
// part of the set: the objects of a kind, Kustomizations and HelmReleases alike,
// Flux's controllers, the roles that bindings give to tenants, or the whole set.
// The checks read the objects from audit/internal/model.
//
// # Suppressing a finding
//
// An annotation with the rule's ID accepts a finding, for a reason that must be
// given; see [SuppressPrefix]. The finding stays in the report, marked. A [Baseline]
// does the same for all that an old repository had when it adopted the audit.
//
// # Output
//
// [WriteText] is for people, [WriteJSON] for programs, [WriteSARIF] for code hosts,
// and [WriteHTML] is a page to open and to send. [WriteMermaid] and [WriteSVG] draw the
// tenancy with its holes in red. Package audit/diff compares two reports.
//
// Memory and time grow with the number of objects, and no faster.
package audit

//go:generate go test -run ^TestPages$ . -update
