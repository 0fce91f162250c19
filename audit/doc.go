// Package audit finds the holes in the tenancy of a Flux and Capsule platform.
//
//	report := audit.Check(audit.Inputs(objects))
//	err := audit.WriteText(os.Stdout, report)
//
// Builders protect only their users; most repositories were written by hand. [Check]
// takes the objects of one cluster, from any source, and reports how a tenant could
// get out of its namespaces, and objects that do not work on current versions. It
// does no I/O and changes nothing.
//
// # What to use
//
//	find the holes                  Check, of Inputs
//	write the report                WriteText, WriteJSON, WriteSARIF, WriteHTML
//	draw the tenancy                WriteSVG, WriteMermaid
//	accept what a repository has    NewBaseline, WriteBaseline, ReadBaseline
//	list the rules                  Rules
//
// # What it reads
//
// It reads the set of objects, not single files. From the objects it infers the
// tenants (Capsule's Tenants, the label toolkit.fluxcd.io/tenant), which namespaces
// are their homes and which their members, which account Flux acts as for each
// Kustomization and HelmRelease, and what that account may do: through role bindings,
// aggregated roles, groups of ServiceAccounts, and as an owner of a Tenant. It reads
// the flags of Flux's controllers (Deployments, or a FluxInstance of the Flux
// Operator) and kubeconfigs as Flux reads them, and asks the
// ValidatingAdmissionPolicies of the set, with the API server's own evaluator, what
// they reject.
//
// So a reference to another tenant's source is an error where nothing stops it, a
// warning where the controllers are not in the set, and info where a flag or a
// policy does.
//
// # Severities
//
// An [Error] is an attack that works. A [Warning] is an object that does not work on
// current versions, or an attack one mistake away. An [Info] is an attack that
// something else stops, or a part that the audit could not see: a remote base, an
// unknown chart that is installed with the platform's rights, a policy of another
// engine.
//
// The default output of package tenant has no findings.
//
// # Input
//
// Hand in all objects of one cluster: without the controllers' Deployments the audit
// does not know the lockdown, without the Namespaces not their tenants. Read them
// without a scheme, so that old versions and unknown fields show:
//
//	objects, err := manifest.Read(os.Stdin, nil)
//
// Add a part that could not be read as an [Input] with its error: the report then
// names it.
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
// does the same for all findings that a repository had when it adopted the audit.
//
// # Output
//
// [WriteText] is for people, [WriteJSON] for programs, [WriteSARIF] for code hosts,
// and [WriteHTML] is a page to open and to send. [WriteMermaid] and [WriteSVG] draw the
// tenancy with its holes in red. Package audit/diff compares two reports.
//
// Memory and time are linear in the number of objects.
package audit

//go:generate go test -run ^TestPages$ . -update
