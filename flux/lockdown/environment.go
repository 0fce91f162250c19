package lockdown

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// deadProxy refuses every connection at once: port 1 of the pod itself.
const deadProxy = "http://127.0.0.1:1"

// fluxHosts are the hosts that every controller reaches: the API server, whose
// address the kubelet fills in, and the receiver of events, under its name in Flux's
// manifests.
func (p plan) fluxHosts() []string {
	return []string{"$(KUBERNETES_SERVICE_HOST)", p.serviceHost(fluxcmd.Notification)}
}

// buildHosts are the hosts that kustomize-controller reaches, from which a tenant's
// kustomization.yaml can therefore load files.
func buildHosts(p plan, shard string) string {
	artifacts := []string{artifactHost(fluxcmd.Source)(p, shard), artifactHost(fluxcmd.SourceWatcher)(p, shard)}
	if p.ArtifactHost == "" {
		artifacts = []string{p.serviceHost(fluxcmd.SourceWatcher)}
		for _, shard := range p.allShards() {
			artifacts = append(artifacts, p.serviceHost(sharded(fluxcmd.Source, shard)))
		}
	}
	return strings.Join(slices.Concat(p.fluxHosts(), artifacts, []string{p.Egress.CapsuleProxy}, p.Egress.Clusters, p.Egress.KeyServices), ",")
}

// artifactHost is the secret name of a server of artifacts.
func artifactHost(server string) func(p plan, shard string) string {
	return func(p plan, shard string) string {
		if p.ArtifactHost == "" {
			return ""
		}
		if server == fluxcmd.SourceWatcher {
			shard = ""
		}
		return p.serviceHost(p.artifactService(server, shard))
	}
}

// sourceProxy is the proxy of source-controller, if its hosts are limited.
func sourceProxy(p plan, _ string) string {
	if !p.sourcesLimited() {
		return ""
	}
	return cmp.Or(p.Egress.SourceProxy, deadProxy)
}

// sourceHosts are the hosts that source-controller reaches without a proxy.
func sourceHosts(p plan, _ string) string {
	if !p.sourcesLimited() {
		return ""
	}
	return strings.Join(slices.Concat(p.fluxHosts(), p.Egress.Sources), ",")
}

// allShards are the shards of the plan, and "" for the controllers of all other
// objects.
func (p plan) allShards() []string { return slices.Concat([]string{""}, p.Shards) }

// sharded is the name of a shard's copy of something.
func sharded(name, shard string) string {
	if shard == "" {
		return name
	}
	return name + "-" + shard
}
