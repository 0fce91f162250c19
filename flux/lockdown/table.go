package lockdown

import (
	"strconv"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

const identityGate = "ObjectLevelWorkloadIdentity"

// Groups of controllers.
var (
	builders    = []string{fluxcmd.Kustomize}
	sources     = []string{fluxcmd.Source}
	appliers    = []string{fluxcmd.Kustomize, fluxcmd.Helm}
	fetchers    = []string{fluxcmd.Source, fluxcmd.Kustomize}
	shardable   = []string{fluxcmd.Source, fluxcmd.Kustomize, fluxcmd.Helm}
	followers   = []string{fluxcmd.Kustomize, fluxcmd.Helm, fluxcmd.Notification, fluxcmd.ImageReflector, fluxcmd.ImageAutomation, fluxcmd.SourceWatcher}
	identifiers = []string{fluxcmd.Source, fluxcmd.Notification, fluxcmd.ImageReflector, fluxcmd.ImageAutomation}
	gated       = []string{fluxcmd.Source, fluxcmd.Kustomize, fluxcmd.Helm, fluxcmd.Notification, fluxcmd.ImageReflector, fluxcmd.ImageAutomation}
)

// Attacks that a group of settings stops.
const (
	letsLoad     = "A tenant's kustomization.yaml loads files over HTTP: it reads servers of the cluster, and one that never answers stops all builds."
	letsSteal    = "A tenant's kustomization.yaml loads the artifacts of all tenants and of the platform."
	letsLoopback = "A tenant's kustomization.yaml loads from localhost: a profile of 24 hours stops all builds, and the metrics name every tenant's objects."
	letsBorrow   = "A tenant's Helm repository names any server of the cluster as the address of a chart, other tenants' charts included."
	letsNode     = "A tenant's objects name localhost, which is the node: proxies and network policies do not apply to it."
	letsIdentity = "A tenant's object that names no account authenticates as the controller."
)

// table is the lockdown: every setting, in the order in which it is patched. A
// setting without since is known to every supported version; the versions are
// from the controllers' sources.
var table = []setting{
	{kind: flag, name: "no-cross-namespace-refs", on: followers, value: always("true"),
		lets: "A tenant's objects use sources, charts, images and events of every namespace."},
	{kind: flag, name: "no-remote-bases", on: builders, value: always("true"),
		lets: "A tenant's kustomization.yaml makes the controller clone git repositories of any server."},
	{kind: flag, name: "default-service-account", on: appliers, value: account,
		lets: "A tenant's Kustomization or HelmRelease that names no account acts as cluster-admin."},
	{kind: flag, name: "insecure-kubeconfig-exec", on: appliers, value: always("false"), byDefault: true,
		lets: "A tenant's kubeconfig runs programs in the controller's pod."},
	{kind: flag, name: "insecure-kubeconfig-tls", on: appliers, value: always("false"), byDefault: true,
		lets: "An attacker between Flux and the server of a tenant's kubeconfig reads the token."},
	{kind: flag, name: "concurrent", on: appliers, value: concurrent, fits: atLeast,
		lets: "A tenant occupies all workers with objects that wait, and no other tenant is reconciled."},
	{kind: gate, name: "CancelHealthCheckOnNewRevision", on: builders, value: always("true"),
		lets: "A tenant's Kustomization occupies a worker until its timeout, even after it is suspended or deleted."},
	{kind: gate, name: "CancelHealthCheckOnNewRevision", on: []string{fluxcmd.Helm}, since: flux28, value: always("true"),
		lets: "A tenant's HelmRelease occupies a worker until its timeout, even after it is suspended or deleted."},
	{kind: flag, name: "token-cache-max-size", on: appliers, value: always("0"),
		lets: "A tenant that is deleted and created again fails for up to an hour: Flux keeps the token of the deleted account."},

	// Workload identity. Flux 2.10 always behaves as with the gate, which it no longer
	// knows.
	{kind: gate, name: identityGate, on: gated, until: flux210, value: workloadIdentity,
		lets: "Objects of tenants cannot authenticate as accounts of their own."},
	{kind: flag, name: "default-service-account", on: identifiers, value: identity, lets: letsIdentity},
	{kind: flag, name: "default-decryption-service-account", on: builders, value: identity,
		lets: "A tenant's Kustomization decrypts with the controller's own cloud identity what was encrypted for others."},
	{kind: flag, name: "default-kubeconfig-service-account", on: appliers, value: identity,
		lets: "A tenant's kubeconfig without an account sends the controller's own token to the server it names."},

	// Loading over HTTP.
	{kind: podField, name: "POD_IP", on: fetchers, value: always("status.podIP"), lets: letsLoopback},
	{kind: flag, name: "metrics-addr", on: fetchers, value: always("[$(POD_IP)]:8080"), fits: onPod, lets: letsLoopback},
	{kind: flag, name: "storage-addr", on: sources, value: always("[$(POD_IP)]:9090"), fits: onPod,
		lets: "A tenant's Helm repository names http://localhost as the address of a chart and reads other tenants' artifacts."},
	{kind: flag, name: "http-retry", on: builders, value: retries, fits: atLeast,
		lets: "An outage of source-controller of four minutes writes the secret host of artifacts into the status of every Kustomization."},
	{kind: variable, name: "GIT_ALLOW_PROTOCOL", on: builders, value: always("none"),
		lets: "A tenant's kustomization.yaml connects to any SSH server, and one that never answers stops all builds."},
	{kind: variable, name: "HTTP_PROXY", on: builders, value: always(deadProxy), lets: letsLoad},
	{kind: variable, name: "HTTPS_PROXY", on: builders, value: always(deadProxy), lets: letsLoad},
	{kind: variable, name: "http_proxy", on: builders, value: always(deadProxy), lets: letsLoad},
	{kind: variable, name: "https_proxy", on: builders, value: always(deadProxy), lets: letsLoad},
	{kind: variable, name: "NO_PROXY", on: builders, value: buildHosts, fits: sameHosts, perShard: true, lets: letsLoad},
	{kind: variable, name: "no_proxy", on: builders, value: buildHosts, fits: sameHosts, perShard: true, lets: letsLoad},
	{kind: variable, name: "SOURCE_CONTROLLER_LOCALHOST", on: builders, value: artifactHost(fluxcmd.Source), perShard: true, lets: letsSteal},
	{kind: variable, name: "SOURCE_WATCHER_LOCALHOST", on: builders, value: artifactHost(fluxcmd.SourceWatcher), perShard: true, lets: letsSteal},
	{kind: variable, name: "HTTP_PROXY", on: sources, value: sourceProxy, lets: letsBorrow},
	{kind: variable, name: "HTTPS_PROXY", on: sources, value: sourceProxy, lets: letsBorrow},
	{kind: variable, name: "http_proxy", on: sources, value: sourceProxy, lets: letsBorrow},
	{kind: variable, name: "https_proxy", on: sources, value: sourceProxy, lets: letsBorrow},
	{kind: variable, name: "NO_PROXY", on: sources, value: sourceHosts, fits: sameHosts, lets: letsBorrow},
	{kind: variable, name: "no_proxy", on: sources, value: sourceHosts, fits: sameHosts, lets: letsBorrow},

	{kind: flag, name: "watch-label-selector", on: shardable, value: selector, perShard: true,
		lets: "The objects of a shard are reconciled twice, by its controllers and by others, so a shard bounds nothing."},
}

func concurrent(p plan, _ string) string { return strconv.Itoa(p.Concurrent) }

// retries are enough for an outage of 49 minutes.
func retries(p plan, _ string) string {
	if p.ArtifactHost == "" {
		return ""
	}
	return "99"
}

func workloadIdentity(p plan, _ string) string {
	if !p.WorkloadIdentity {
		return ""
	}
	return "true"
}
