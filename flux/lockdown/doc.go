// Package lockdown locks down a Flux installation for tenants, and checks that
// one is locked down.
//
// As installed, Flux's controllers act as cluster-admin for anyone who may create a
// Kustomization, load files from any server for a tenant's kustomization.yaml, and
// serve every tenant's artifacts without authentication. [Build] returns the lockdown
// of one cluster, as files beside the gotk-components.yaml and gotk-sync.yaml of flux
// bootstrap:
//
//	locked, err := lockdown.Build(lockdown.Spec{WorkloadIdentity: true, ArtifactHost: host})
//
//	kustomization.yaml           locked.Kustomization: patches with flags, environment, policies
//	lockdown.yaml                locked.Objects: network policies, Services
//	<shard>/kustomization.yaml   locked.Shards
//
// locked.Open lists the holes that stay open because the Flux version lacks a flag,
// or because the Spec leaves a field empty. [Check] reads an installation, from a
// cluster or from a built manifest, and returns the settings that it lacks, each with
// what a tenant can do without it:
//
//	findings, err := lockdown.Check(spec, objects...)
//
// With the Flux Operator, spec.kustomize.patches of the FluxInstance takes
// locked.Kustomization.Patches unchanged, spec.sharding takes the shards, and
// locked.Objects are applied beside it.
//
// # What to use
//
//	patches and objects for a cluster       Build
//	what the lockdown leaves open           Lockdown.Open
//	check an installation                   Check
//	a secret name for the artifact server   NewArtifactHost
//
// # What stays open
//
// No lockdown closes these:
//
//   - A YAML file of nine levels of aliases takes a kustomize-controller's memory.
//     Nothing in the process limits it. Shards as trust tiers bound who is hit.
//   - The hosts of Egress, and their subdomains, can be read without credentials by
//     every tenant's kustomization.yaml.
//   - A sidecar in the pod of kustomize-controller that serves on localhost, such as
//     a service mesh's admin port, can be read too: Go sends localhost through no
//     proxy.
//   - Git over SSH knows no proxy: source-controller connects to any SSH server, and
//     to any proxy of a source's proxySecretRef, which the admission policies of
//     package tenant refuse.
//   - All tenants together can still occupy all workers, each up to its quota.
//   - A tenant whose objects wait delays others by at most their timeouts, divided
//     by the number of workers.
//
// # The artifact host
//
// Flux's artifact server lists the artifacts of all tenants without authentication. A
// tenant's kustomization.yaml can name it as the address of a file. In Flux before
// 2.10 the requests of kustomize and of Flux's own fetcher come from the same process
// with the same headers, proxy settings and connections, so neither the server nor a
// network policy can tell them apart. Only the host differs: Flux's fetcher replaces
// it by SOURCE_CONTROLLER_LOCALHOST. So kustomize-controller reaches the server only
// by a name that tenants do not know. These alternatives fail without a secret:
//
//   - User, path, fragment or characters in --storage-adv-addr or in the host: the
//     address is in the status of every source, or kustomize accepts it as well.
//   - Another port, or the server on localhost or in the same pod: kustomize can
//     connect to everything that Flux's fetcher can.
//   - A network policy: it tells pods apart, not requests. With a shard for each
//     tenant it is enough, since a shard's kustomize-controller reaches the artifacts
//     of its own shard only.
//   - A Service with an address: its name is in reverse DNS. The Services here are of
//     type ExternalName, which have none.
//
// Two ways need no secret. From Flux 2.10 on, --authorized-artifact-client-spiffe-id
// of source-controller and --authorized-artifact-server-spiffe-id of its clients turn
// on mutual TLS, which kustomize's requests have no certificate for; it needs a
// SPIFFE runtime, and the lockdown does not set it up. Before, a proxy in front of
// source-controller or a layer 7 policy that refuses directories, latest.tar.gz and
// every file that is not named by a digest forces a tenant to guess the revisions of
// others.
//
// The host is as secret as the manifests that contain it: the repository of the
// platform and the Deployments and Services in Flux's namespace. It also appears in
// the status of Kustomizations and in events when source-controller cannot be reached
// for longer than the retries (49 minutes), unless Spec.HideArtifactHost takes it
// out, and at once when a tenant can write the status of a source, which an admission
// policy of package tenant refuses. Notifications of such an outage carry it in any
// case. Make it with [NewArtifactHost], and replace it if it leaked.
//
// A source and what uses it must be in the same shard, since a controller reaches
// one artifact server only.
//
// # What breaks
//
//   - Files, bases and components of other servers in a kustomization.yaml, in the
//     platform's own too.
//   - Decryption with a cloud's key service, other clusters and object-level cloud
//     identities, until Egress names their hosts. A missing host fails at once and
//     says proxyconnect.
//   - kubectl port-forward to metrics: they listen on the address of the pod.
//   - Scraping metrics, until Network.Scrapers names who may.
//   - An API server whose address a webhook writes into KUBERNETES_SERVICE_HOST, as
//     on AKS, until Egress.Clusters names it.
//
// # Network policies
//
// The policies need a network plugin that enforces them. Without one, any pod of any
// tenant reads the artifacts of all tenants (source-controller) and forges events
// (notification-controller); flags and environment close neither. With one, these are
// closed by the policies alone:
//
//	policy of                    closes
//	source-controller            pods of tenants read artifacts and profiles
//	kustomize-, helm-controller  their SSRF, but for ports 443 and 6443 without Network.APIServer
//	notification-controller      pods of tenants forge events (GHSA-mwcp-qpcg-fr7c, before Flux 2.9.4)
//	image controllers            pods of tenants read metrics and profiles
//
// They do not close what tenants load from source-controller through
// kustomize-controller, which must reach it, or through source-controller itself,
// since a pod always reaches itself. Sources and notifications can connect to servers
// of the cluster unless Network.Cluster lists the cluster's addresses. Flux's own
// policies remain for other pods of its namespace.
//
// See https://fluxcd.io/flux/installation/configuration/multitenancy/
package lockdown

//go:generate go run ./gen
