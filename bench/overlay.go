package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// writeOverlays builds an overlay for each tenant with kustomize, over a base
// that is one tenant: what a platform does that keeps its tenants in kustomize.
// Writing the overlays is part of it, as somebody or something has to.
func writeOverlays(w io.Writer, n int) error {
	base, err := objects(0)
	if err != nil {
		return err
	}
	fs := filesys.MakeFsInMemory()
	if err := writeBase(fs, base); err != nil {
		return err
	}
	builder := krusty.MakeKustomizer(krusty.MakeDefaultOptions())
	for i := range n {
		objs, err := objects(i)
		if err != nil {
			return err
		}
		if err := writeOverlay(fs, base, objs); err != nil {
			return err
		}
		built, err := builder.Run(fs, "overlay")
		if err != nil {
			return err
		}
		text, err := built.AsYaml()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", text); err != nil {
			return err
		}
	}
	return nil
}

func writeBase(fs filesys.FileSystem, objs []client.Object) error {
	f, err := fs.Create("base/tenant.yaml")
	if err != nil {
		return err
	}
	if err := errors.Join(manifest.WriteAll(f, objs), f.Close()); err != nil {
		return err
	}
	return writeKustomization(fs, "base", types.Kustomization{Resources: []string{"tenant.yaml"}})
}

// writeOverlay writes a kustomization that turns the base into the objects.
func writeOverlay(fs filesys.FileSystem, base, objs []client.Object) error {
	overlay := types.Kustomization{Resources: []string{"../base"}}
	for i, obj := range objs {
		from, err := fields(base[i])
		if err != nil {
			return err
		}
		to, err := fields(obj)
		if err != nil {
			return err
		}
		ops := replacements("", from, to)
		if len(ops) == 0 {
			continue
		}
		text, err := json.Marshal(ops)
		if err != nil {
			return err
		}
		gvk := obj.GetObjectKind().GroupVersionKind()
		overlay.Patches = append(overlay.Patches, types.Patch{
			Patch: string(text),
			Target: &types.Selector{ResId: resid.ResId{
				Gvk:  resid.Gvk{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind},
				Name: "^" + base[i].GetName() + "$", Namespace: base[i].GetNamespace(),
			}},
			Options: &types.PatchArgs{AllowNameChange: true},
		})
	}
	return writeKustomization(fs, "overlay", overlay)
}

func writeKustomization(fs filesys.FileSystem, dir string, k types.Kustomization) error {
	k.TypeMeta = types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}
	text, err := yaml.Marshal(k)
	if err != nil {
		return err
	}
	return fs.WriteFile(dir+"/kustomization.yaml", text)
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// replacements is the JSON patch between two objects of the same shape.
func replacements(path string, from, to any) []operation {
	switch to := to.(type) {
	case map[string]any:
		from, ok := from.(map[string]any)
		if !ok || len(from) != len(to) {
			break
		}
		var ops []operation
		for _, key := range slices.Sorted(maps.Keys(to)) {
			step := strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
			ops = append(ops, replacements(path+"/"+step, from[key], to[key])...)
		}
		return ops
	case []any:
		from, ok := from.([]any)
		if !ok || len(from) != len(to) {
			break
		}
		var ops []operation
		for i := range to {
			ops = append(ops, replacements(fmt.Sprintf("%s/%d", path, i), from[i], to[i])...)
		}
		return ops
	default:
		if from == to {
			return nil
		}
	}
	return []operation{{"replace", path, to}}
}
