package lockdown

import (
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"
)

// Kustomization is the kustomization.yaml that locks down the Flux beside it, in
// gotk-components.yaml, and what reconciles the platform, in gotk-sync.yaml: that
// is to act as kustomize-controller, since with the lockdown it would otherwise
// act as the account of tenants. With shards it also builds their directories,
// named like them, see [Shard].
//
// The error lists every invalid field of the Spec.
func Kustomization(spec Spec) (*types.Kustomization, error) {
	spec = spec.withDefaults()
	if err := spec.validate(); err != nil {
		return nil, err
	}
	k := kustomization()
	k.Resources = append([]string{"gotk-components.yaml", "gotk-sync.yaml"}, spec.Shards...)
	for _, flag := range spec.flags() {
		// A shard's Deployment is named after the one that it is a copy of.
		target := deployments("(" + strings.Join(flag.controllers, "|") + ")(-.+)?")
		k.Patches = append(k.Patches, patch(target, argument(flag)))
	}
	if selector, ok := spec.selector(""); ok {
		target := deployments("(" + strings.Join(selector.controllers, "|") + ")")
		target.AnnotationSelector = "!" + shardRole
		k.Patches = append(k.Patches, patch(target, argument(selector)))
	}
	sync := target("kustomize.toolkit.fluxcd.io", "Kustomization", spec.Namespace)
	k.Patches = append(k.Patches, patch(sync, operation{"add", "/spec/serviceAccountName", kustomize}))
	return k, nil
}

func kustomization() *types.Kustomization {
	return &types.Kustomization{
		TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
	}
}

// An operation is one of a JSON patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value string `json:"value"`
}

// argument appends the flag to the arguments of a controller.
func argument(f flag) operation {
	return operation{"add", "/spec/template/spec/containers/0/args/-", "--" + f.name + "=" + f.value}
}

func patch(target *types.Selector, operations ...operation) types.Patch {
	// Marshal cannot fail: an operation is three strings.
	text, _ := yaml.Marshal(operations)
	return types.Patch{Target: target, Patch: string(text)}
}

func deployments(name string) *types.Selector { return target("apps", "Deployment", name) }

func target(group, kind, name string) *types.Selector {
	return &types.Selector{ResId: resid.ResId{Gvk: resid.Gvk{Group: group, Kind: kind}, Name: name}}
}
