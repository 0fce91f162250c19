// Package flux builds Flux objects as the types their controllers publish.
//
// A constructor takes the namespace, the name and what the kind cannot do
// without; everything else is an option:
//
//	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git",
//		flux.Branch("main"), flux.Interval(5*time.Minute))
//
//	ks, err := flux.Kustomization("dev-team", "dev-team", flux.From(repo),
//		flux.Path("./staging"), flux.ServiceAccount("gitops-reconciler"))
//
// There is a constructor for every kind that a tenant's or a platform's repository
// holds, at the version that current Flux serves:
//
//	sources        GitRepository, OCIRepository, Bucket, HelmRepository, HelmChart, ExternalArtifact
//	appliers       Kustomization, HelmRelease
//	notifications  Provider, Alert, Receiver
//	images         ImageRepository, ImagePolicy, ImageUpdateAutomation
//
// One object refers to another by being given it: [From] for the source, [Objects]
// for what an Alert or Receiver is about, [DependsOn] for what must be ready first.
// The name, the kind and, where it differs, the namespace are taken from there.
//
// What makes a Flux installation fit for tenants is in package
// [github.com/fluxcapsule/fluxcapsule/flux/lockdown].
//
// # Options
//
// An option is a value with one apply method for each kind that has the field,
// so flux.Path on a GitRepository does not compile, while flux.Interval serves
// every kind that has an interval. Options apply in the order they are given;
// what holds one value is replaced by a later one, lists and maps add up.
//
// A field without an option is set by a function ([GitRepositoryFunc] and its
// like), and then validated with the rest, or simply assigned on the object
// that was returned.
//
// # Errors
//
// A constructor returns the object or an error, never both. The error is the
// API server's own (see IsInvalid in k8s.io/apimachinery/pkg/api/errors): it
// names the object and lists every invalid field, not just the first. An object
// that was built without an error is accepted by the CRDs of the Flux version
// this module is pinned to. Some rules are stricter than the CRDs, where the
// controller would fail later or something would be shown or opened that must not
// be: empty names in references, ranges of versions that do not parse, credentials
// in URLs, paths with "..". No error shows a credential.
//
// Objects share no memory with the options they were made from or with each
// other.
package flux
