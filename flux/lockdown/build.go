package lockdown

import (
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// ObjectsFile is the name of the file for [Lockdown.Objects].
const ObjectsFile = "lockdown.yaml"

// A Lockdown is what locks down the Flux of one cluster.
type Lockdown struct {
	// Kustomization is the kustomization.yaml beside gotk-components.yaml and
	// gotk-sync.yaml, which flux bootstrap writes. It builds these, ObjectsFile and
	// the directories of the shards, with patches. With the Flux Operator the patches
	// go into spec.kustomize.patches of the FluxInstance.
	Kustomization *types.Kustomization

	// Objects are the content of ObjectsFile beside the Kustomization: network
	// policies, Services with the names of artifact hosts, the admission policies
	// that hide these, and, for workload identity from Flux 2.10 on, the role to
	// request tokens.
	Objects []runtime.Object

	// Shards are the kustomization.yaml of the shards, each for the directory of its
	// name beside the Kustomization.
	Shards map[string]*types.Kustomization

	// Open is what the lockdown leaves open because of the Flux version or because
	// of what the Spec does not say. The package's documentation lists what no
	// lockdown closes.
	Open []Hole
}

// Build returns the lockdown that the Spec asks for. The error lists every
// invalid field of the Spec.
func Build(spec Spec) (*Lockdown, error) {
	p, err := spec.planned()
	if err != nil {
		return nil, err
	}
	l := &Lockdown{Kustomization: p.kustomization(), Shards: map[string]*types.Kustomization{}, Open: p.open()}
	for _, shard := range p.Shards {
		l.Shards[shard] = p.shard(shard)
	}
	for _, policy := range p.networkPolicies() {
		l.Objects = append(l.Objects, policy)
	}
	for _, service := range p.artifactServices() {
		l.Objects = append(l.Objects, service)
	}
	l.Objects = append(l.Objects, p.hidden()...)
	l.Objects = append(l.Objects, p.tokenRequests()...)
	return l, nil
}

func (p plan) kustomization() *types.Kustomization {
	k := emptyKustomization()
	k.Resources = append([]string{"gotk-components.yaml", "gotk-sync.yaml", ObjectsFile}, p.Shards...)
	for _, s := range table {
		if s.kind == flag || s.kind == gate {
			k.Patches = append(k.Patches, p.argumentPatches(s)...)
		}
	}
	for _, controller := range fluxcmd.Controllers() {
		k.Patches = append(k.Patches, p.environmentPatches(controller)...)
	}
	k.Patches = append(k.Patches, p.networkPatches()...)

	// With the lockdown the platform's own Kustomization would otherwise act as the
	// account of tenants.
	sync := target("kustomize.toolkit.fluxcd.io", "Kustomization", p.Namespace)
	k.Patches = append(k.Patches, jsonPatch(sync, operation{"add", "/spec/serviceAccountName", fluxcmd.Kustomize}))
	return k
}

// argumentPatches append an argument to the command lines of controllers. A
// controller takes the last of a flag that is given twice, and of feature gates
// the last of each gate, so it does not matter which arguments are there already.
func (p plan) argumentPatches(s setting) []types.Patch {
	if !p.knows(s) || s.value(p, "") == "" {
		return nil
	}
	if !s.perShard {
		return []types.Patch{jsonPatch(copies(s.on...), argument(s.argument(p, "")))}
	}
	patches := []types.Patch{jsonPatch(originals(s.on...), argument(s.argument(p, "")))}
	for _, shard := range p.Shards {
		patches = append(patches, jsonPatch(shards(shard, s.on...), argument(s.argument(p, shard))))
	}
	return patches
}

// environmentPatches set variables of a controller, in place of variables of the
// same names.
func (p plan) environmentPatches(controller string) []types.Patch {
	var patches []types.Patch
	if env := p.environment(controller, "", false); len(env) > 0 {
		patches = append(patches, environmentPatch(copies(controller), env))
	}
	for _, shard := range p.allShards() {
		env := p.environment(controller, shard, true)
		if len(env) == 0 {
			continue
		}
		target := originals(controller)
		if shard != "" {
			target = shards(shard, controller)
		}
		patches = append(patches, environmentPatch(target, env))
	}
	return patches
}

// environment returns the variables of a controller, those that depend on its
// shard or the others.
func (p plan) environment(controller, shard string, perShard bool) []variablePatch {
	var env []variablePatch
	for _, s := range p.settingsOf(controller, shard) {
		if s.perShard != perShard {
			continue
		}
		switch s.kind {
		case variable:
			env = append(env, variablePatch{Name: s.name, Value: s.value(p, shard)})
		case podField:
			env = append(env, variablePatch{Name: s.name, ValueFrom: &fieldSource{fieldRef{s.value(p, shard)}}})
		}
	}
	return env
}
