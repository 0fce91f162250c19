package lockdown

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// shardRole is the annotation that tells a shard's Deployment from the one that
// it is a copy of. Flux's guide uses the same.
const shardRole = "sharding.fluxcd.io/role"

// Shard is the kustomization.yaml of one of the Spec's shards, for the directory
// of its name: source-, kustomize- and helm-controller of their own, which
// reconcile the objects with the label sharding.fluxcd.io/key=<shard>. The flags
// of the lockdown come with [Kustomization], which includes the directory.
//
// It is built from the file gotk-components.yaml of the directory above, which
// Flux allows, and kustomize with --load-restrictor=LoadRestrictionsNone.
//
// See https://fluxcd.io/flux/installation/configuration/sharding/
func Shard(spec Spec, shard string) (*types.Kustomization, error) {
	spec = spec.withDefaults()
	if err := spec.validate(); err != nil {
		return nil, err
	}
	if !slices.Contains(spec.Shards, shard) {
		return nil, fmt.Errorf("lockdown: %q is none of the shards %q", shard, spec.Shards)
	}
	k := kustomization()
	k.Namespace = spec.Namespace
	k.Resources = []string{"../gotk-components.yaml"}
	k.NameSuffix = "-" + shard
	k.CommonAnnotations = map[string]string{shardRole: "shard"}

	// Everything else is there once for all shards.
	k.Patches = append(k.Patches,
		remove(target("", "(Namespace|CustomResourceDefinition|ClusterRole|ClusterRoleBinding|Role|RoleBinding|ServiceAccount|NetworkPolicy|ResourceQuota)", "")),
		remove(target("", "Service", "(notification-controller|webhook-receiver|"+sourceWatcher+")")),
		remove(deployments("("+strings.Join([]string{notification, imageReflector, imageAutomation, sourceWatcher}, "|")+")")),
	)
	for _, controller := range sharded {
		app := controller + "-" + shard
		k.Patches = append(k.Patches, patch(deployments(controller),
			operation{"replace", "/spec/selector/matchLabels/app", app},
			operation{"replace", "/spec/template/metadata/labels/app", app},
		))
	}
	k.Patches = append(k.Patches,
		patch(target("", "Service", source), operation{"replace", "/spec/selector/app", source + "-" + shard}),
		patch(deployments(source), argument(flag{
			name:  "storage-adv-addr",
			value: fmt.Sprintf("%s-%s.$(RUNTIME_NAMESPACE).svc.%s.", source, shard, spec.ClusterDomain),
		})),
	)
	selector, _ := spec.selector(shard)
	k.Patches = append(k.Patches, patch(deployments("("+strings.Join(sharded, "|")+")"), argument(selector)))
	return k, nil
}

func remove(target *types.Selector) types.Patch {
	return types.Patch{Target: target, Patch: "apiVersion: v1\nkind: any\nmetadata:\n  name: any\n$patch: delete\n"}
}
