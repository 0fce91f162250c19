package lockdown

import (
	"slices"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// Flux's controllers, by the names of their Deployments.
const (
	source          = "source-controller"
	kustomize       = "kustomize-controller"
	helm            = "helm-controller"
	notification    = "notification-controller"
	imageReflector  = "image-reflector-controller"
	imageAutomation = "image-automation-controller"
	sourceWatcher   = "source-watcher"
)

var (
	controllers = []string{source, kustomize, helm, notification, imageReflector, imageAutomation, sourceWatcher}

	// sharded are the controllers that Flux's guide to sharding runs once for
	// each shard.
	sharded = []string{source, kustomize, helm}
)

const (
	featureGates  = "feature-gates"
	identityGate  = "ObjectLevelWorkloadIdentity"
	watchSelector = "watch-label-selector"
)

// A flag is one that the controllers must have.
type flag struct {
	name, value string
	controllers []string

	// mayBeAbsent is true of a flag whose default is the value.
	mayBeAbsent bool
}

// flags are those of the lockdown, in the order in which they are patched.
// source-controller knows no cross-namespace references, and its default account
// is one for workload identity, like that of the notification and image
// controllers: they refuse to start with it when the gate is off.
func (s Spec) flags() []flag {
	appliers := []string{kustomize, helm}
	flags := []flag{
		{name: "no-cross-namespace-refs", value: "true", controllers: []string{kustomize, helm, notification, imageReflector, imageAutomation, sourceWatcher}},
		{name: "no-remote-bases", value: "true", controllers: []string{kustomize}},
		{name: "default-service-account", value: s.ServiceAccount, controllers: appliers},
		{name: "insecure-kubeconfig-exec", value: "false", controllers: appliers, mayBeAbsent: true},
		{name: "insecure-kubeconfig-tls", value: "false", controllers: appliers, mayBeAbsent: true},
	}
	if s.WorkloadIdentity {
		flags = append(flags,
			flag{name: featureGates, value: identityGate + "=true", controllers: []string{source, kustomize, helm, notification, imageReflector, imageAutomation}},
			flag{name: "default-service-account", value: s.ServiceAccount, controllers: []string{source, notification, imageReflector, imageAutomation}},
			flag{name: "default-decryption-service-account", value: s.ServiceAccount, controllers: []string{kustomize}},
			flag{name: "default-kubeconfig-service-account", value: s.ServiceAccount, controllers: appliers},
		)
	}
	return flags
}

// selector is the flag that leaves objects of shards to their controllers, or
// none: the empty shard is that of objects without a shard.
func (s Spec) selector(shard string) (flag, bool) {
	value := flux.ShardKey + "=" + shard
	if shard == "" {
		value = "!" + flux.ShardKey
	}
	return flag{name: watchSelector, value: value, controllers: sharded}, len(s.Shards) > 0
}

func (f flag) of(controller string) bool { return slices.Contains(f.controllers, controller) }
