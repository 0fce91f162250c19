package lockdown

import (
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"
)

func emptyKustomization() *types.Kustomization {
	return &types.Kustomization{
		TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
	}
}

// An operation is one of a JSON patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// argument appends to the command line of the first container, which is the
// controller's in Flux's manifests.
func argument(arg string) operation {
	return operation{"add", "/spec/template/spec/containers/0/args/-", arg}
}

func jsonPatch(target *types.Selector, operations ...operation) types.Patch {
	return types.Patch{Target: target, Patch: text(operations)}
}

// text is the YAML of a patch. Marshal cannot fail: patches are strings, lists
// and structs.
func text(patch any) string {
	out, _ := yaml.Marshal(patch)
	return string(out)
}

// A variablePatch sets a variable, and unsets its valueFrom.
type variablePatch struct {
	Name      string       `json:"name"`
	Value     string       `json:"value,omitempty"`
	ValueFrom *fieldSource `json:"valueFrom"`
}

type fieldSource struct {
	FieldRef fieldRef `json:"fieldRef"`
}

type fieldRef struct {
	FieldPath string `json:"fieldPath"`
}

// environmentPatch is a strategic merge patch: it also works if the container has no
// environment, and it replaces variables of the same names.
func environmentPatch(target *types.Selector, env []variablePatch) types.Patch {
	type object = map[string]any
	return types.Patch{Target: target, Patch: text(object{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": object{"name": "any"},
		"spec": object{"template": object{"spec": object{"containers": []object{{"name": "manager", "env": env}}}}},
	})}
}

func removal(target *types.Selector) types.Patch {
	return types.Patch{Target: target, Patch: "apiVersion: v1\nkind: any\nmetadata:\n  name: any\n$patch: delete\n"}
}

// copies selects the Deployments of controllers and of their shards, which are named
// after them.
func copies(controllers ...string) *types.Selector {
	return target("apps", "Deployment", oneOf(controllers)+"(-.+)?")
}

// originals selects the Deployments of controllers without their shards'. Kustomize
// also matches an object's name before it was renamed, so the name alone is not
// enough.
func originals(controllers ...string) *types.Selector {
	t := target("apps", "Deployment", oneOf(controllers))
	t.AnnotationSelector = "!" + shardRole
	return t
}

// shards selects the Deployments of one shard.
func shards(shard string, controllers ...string) *types.Selector {
	return target("apps", "Deployment", oneOf(controllers)+"-"+shard)
}

func oneOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "(" + strings.Join(names, "|") + ")"
}

func target(group, kind, name string) *types.Selector {
	return &types.Selector{ResId: resid.ResId{Gvk: resid.Gvk{Group: group, Kind: kind}, Name: name}}
}
