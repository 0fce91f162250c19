package lockdown

import (
	"sigs.k8s.io/kustomize/api/types"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// shardRole is the annotation that distinguishes a shard's Deployment from its
// original. Flux's guide uses the same.
const shardRole = "sharding.fluxcd.io/role"

// shard is the kustomization.yaml of a shard: separate source-, kustomize- and
// helm-controllers, which reconcile the objects with the label
// sharding.fluxcd.io/key=<shard>. It is built from the gotk-components.yaml of the
// directory above, which Flux allows, and kustomize with
// --load-restrictor=LoadRestrictionsNone. The settings of the lockdown come with the
// Kustomization that includes it.
//
// See https://fluxcd.io/flux/installation/configuration/sharding/
func (p plan) shard(shard string) *types.Kustomization {
	k := emptyKustomization()
	k.Namespace = p.Namespace
	k.Resources = []string{"../gotk-components.yaml"}
	k.NameSuffix = "-" + shard
	k.CommonAnnotations = map[string]string{shardRole: "shard"}

	// Everything else exists once for all shards.
	k.Patches = append(k.Patches,
		removal(target("", "(Namespace|CustomResourceDefinition|ClusterRole|ClusterRoleBinding|Role|RoleBinding|ServiceAccount|NetworkPolicy|ResourceQuota)", "")),
		removal(target("", "Service", "(notification-controller|webhook-receiver|source-watcher)")),
		removal(target("apps", "Deployment", oneOf([]string{fluxcmd.Notification, fluxcmd.ImageReflector, fluxcmd.ImageAutomation, fluxcmd.SourceWatcher}))),
	)
	for _, controller := range shardable {
		app := sharded(controller, shard)
		k.Patches = append(k.Patches, jsonPatch(target("apps", "Deployment", controller),
			operation{"replace", "/spec/selector/matchLabels/app", app},
			operation{"replace", "/spec/template/metadata/labels/app", app},
		))
	}
	server := sharded(fluxcmd.Source, shard)
	k.Patches = append(k.Patches,
		jsonPatch(target("", "Service", fluxcmd.Source), operation{"replace", "/spec/selector/app", server}),
		jsonPatch(target("apps", "Deployment", fluxcmd.Source), argument("--storage-adv-addr="+server+".$(RUNTIME_NAMESPACE).svc."+p.ClusterDomain+".")),
	)
	return k
}
