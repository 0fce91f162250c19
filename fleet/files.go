package fleet

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/tree"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A listing has everything that the platform's part of the tree depends on besides
// the platform.
type listing struct {
	groups       func(Cluster) (map[string][]string, error) // the tenants that a cluster serves, by group
	shards       []string
	paused       bool            // the Kustomizations of tenants do not prune
	bootstrapped map[string]bool // clusters whose sync flux bootstrap wrote
}

// files renders the platform's part of the tree:
//
//	clusters/<cluster>/flux-system/   Flux's sync and its lockdown; gotk-components.yaml
//	                                  comes from flux bootstrap or flux install --export
//	clusters/<cluster>/               the Kustomizations of infrastructure and tenants
//	clusters/<cluster>/tenants/       the source and the Kustomization of each group
//	infrastructure/                   Capsule, Capsule Proxy, admission policies, the tenants' role
func (p Platform) files(l listing) ([]tree.File, error) {
	bundle, err := BuildPlatform(p)
	if err != nil {
		return nil, err
	}
	f := &treeFiles{}
	f.infrastructure(bundle)
	for i := range bundle.Clusters {
		f.lockdown(p.Clusters[i], p.lockdown(p.Clusters[i], l.shards))
		f.cluster(&bundle.Clusters[i], p.withDefaults(), p.Clusters[i], l)
	}
	slices.SortFunc(f.files, func(a, b tree.File) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return f.files, f.err
}

// treeFiles collects files, and the first error.
type treeFiles struct {
	files []tree.File
	err   error
}

func (f *treeFiles) infrastructure(bundle *PlatformBundle) {
	f.folder("infrastructure/capsule", map[string][]client.Object{
		"namespace.yaml": {bundle.CapsuleNamespace},
		"chart.yaml":     {bundle.CapsuleChart},
		"release.yaml":   {bundle.CapsuleRelease},
	})
	folders := []string{"capsule"}
	if bundle.ProxyRelease != nil {
		f.folder("infrastructure/capsule-proxy", map[string][]client.Object{
			"chart.yaml":   {bundle.ProxyChart},
			"release.yaml": {bundle.ProxyRelease},
		})
		folders = append(folders, "capsule-proxy")
	}
	f.folder("infrastructure/roles", map[string][]client.Object{"home.yaml": {bundle.HomeRole}})
	policies := map[string][]client.Object{}
	for _, policy := range bundle.Policies {
		policies[policy.Name()+".yaml"] = policy.Objects()
	}
	f.folder("infrastructure/policies", policies)
	if bundle.Renewal != nil {
		writeObjects(f, "infrastructure/renewal/renewal.yaml", bundle.Renewal.Objects())
		f.kustomization("infrastructure/renewal", []string{"renewal.yaml"})
	}
	f.kustomization("infrastructure", append(folders, "policies", "roles"))
}

func (f *treeFiles) cluster(bundle *ClusterBundle, platform Platform, cluster Cluster, l listing) {
	root := path.Join("clusters", cluster.Name)
	if !l.bootstrapped[cluster.Name] && !cluster.FluxInstance {
		f.objects(path.Join(root, FluxNamespace, "gotk-sync.yaml"), bundle.source().(client.Object), bundle.Sync)
	}
	f.objects(path.Join(root, "infrastructure.yaml"), bundle.Infrastructure)
	f.objects(path.Join(root, "tenants.yaml"), bundle.Tenants)
	parts := []string{FluxNamespace, "infrastructure.yaml", "tenants.yaml"}
	if bundle.Renewal != nil {
		f.objects(path.Join(root, "renewal.yaml"), bundle.Renewal)
		parts = append(parts, "renewal.yaml")
	}
	f.kustomization(root, parts)
	groups, err := l.groups(cluster)
	if err != nil {
		f.fail(err)
		return
	}
	f.groups(bundle, platform, cluster, groups, l.paused)
}

// lockdown writes the lockdown of a cluster's Flux.
func (f *treeFiles) lockdown(cluster Cluster, spec lockdown.Spec) {
	root := path.Join("clusters", cluster.Name, FluxNamespace)
	locked, err := lockdown.Build(spec)
	if err != nil {
		f.fail(fmt.Errorf("%s: %w", root, err))
		return
	}
	writeObjects(f, path.Join(root, lockdown.ObjectsFile), locked.Objects)
	if cluster.FluxInstance {
		f.kustomization(root, []string{lockdown.ObjectsFile})
		f.fluxInstance(cluster, locked)
		return
	}
	f.keepFlux(locked.Kustomization)
	f.write(root, locked.Kustomization)
	for _, shard := range spec.Shards {
		f.write(path.Join(root, shard), locked.Shards[shard])
	}
}

// fluxInstance writes the lockdown's patches as a patch of the FluxInstance. No
// Kustomization applies it, since the FluxInstance is not part of the tree.
func (f *treeFiles) fluxInstance(cluster Cluster, locked *lockdown.Lockdown) {
	content, err := yaml.Marshal(map[string]any{
		"apiVersion": "fluxcd.controlplane.io/v1", "kind": "FluxInstance",
		"metadata": map[string]any{"name": "flux", "namespace": FluxNamespace},
		"spec":     map[string]any{"kustomize": map[string]any{"patches": locked.Kustomization.Patches}},
	})
	if err != nil {
		f.fail(err)
	}
	f.files = append(f.files, tree.File{Path: path.Join("clusters", cluster.Name, "flux-instance.yaml"), Content: content})
}

// lockdown returns the lockdown of a cluster.
func (p Platform) lockdown(c Cluster, shards []string) lockdown.Spec {
	spec := lockdown.Spec{WorkloadIdentity: true}
	if given := cmp.Or(c.Lockdown, p.Lockdown); given != nil {
		spec = *given
	}
	spec.FluxVersion = cmp.Or(c.FluxVersion, p.FluxVersion, spec.FluxVersion)
	spec.ServiceAccount = cmp.Or(spec.ServiceAccount, tenant.DefaultServiceAccount)
	if len(spec.Shards) == 0 {
		spec.Shards = named(shards)
	}
	return spec
}

// named leaves out the empty name, which stands for the controllers of objects
// without a shard.
func named(shards []string) []string {
	return slices.DeleteFunc(slices.Clone(shards), func(shard string) bool { return shard == "" })
}

// folder writes the files of a folder and a kustomization.yaml that lists them.
func (f *treeFiles) folder(folder string, files map[string][]client.Object) {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f.objects(path.Join(folder, name), files[name]...)
	}
	f.kustomization(folder, names)
}

func (f *treeFiles) objects(file string, objects ...client.Object) {
	writeObjects(f, file, objects)
}

// writeObjects accepts objects of any interface type.
func writeObjects[O runtime.Object](f *treeFiles, file string, objects []O) {
	var content bytes.Buffer
	if err := manifest.WriteAll(&content, objects); err != nil {
		f.fail(fmt.Errorf("%s: %w", file, err))
	}
	f.files = append(f.files, tree.File{Path: file, Content: content.Bytes()})
}

// kustomization writes a kustomization.yaml that lists resources.
func (f *treeFiles) kustomization(folder string, resources []string) {
	f.write(folder, listOf(resources))
}

// listOf returns a list of resources, which may be empty: kustomize rejects an empty
// file.
func listOf(resources []string) *kustomizetypes.Kustomization {
	k := &kustomizetypes.Kustomization{
		TypeMeta:  kustomizetypes.TypeMeta{APIVersion: kustomizetypes.KustomizationVersion, Kind: kustomizetypes.KustomizationKind},
		Resources: resources,
	}
	if len(resources) == 0 {
		k.SortOptions = &kustomizetypes.SortOptions{Order: kustomizetypes.LegacySortOrder}
	}
	return k
}

// write writes the kustomization.yaml of a folder.
func (f *treeFiles) write(folder string, k *kustomizetypes.Kustomization) {
	content, err := yaml.Marshal(k)
	if err != nil {
		f.fail(err)
	}
	f.files = append(f.files, tree.File{Path: path.Join(folder, "kustomization.yaml"), Content: content})
}

func (f *treeFiles) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}
