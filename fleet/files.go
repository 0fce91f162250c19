package fleet

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"
	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/tree"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// files renders the platform's part of the tree, for the tenants of these names:
//
//	clusters/<cluster>/flux-system/   Flux's sync and its lockdown; gotk-components.yaml
//	                                  comes from flux bootstrap or flux install --export
//	clusters/<cluster>/               the Kustomizations of infrastructure and tenants
//	clusters/<cluster>/tenants/       which tenants, and what differs on this cluster
//	infrastructure/                   Capsule, Capsule Proxy, admission policies, the tenants' role
func (p Platform) files(tenants, shards []string) ([]tree.File, error) {
	bundle, err := BuildPlatform(p)
	if err != nil {
		return nil, err
	}
	f := &treeFiles{}
	f.infrastructure(bundle)
	for i := range bundle.Clusters {
		f.lockdown(path.Join("clusters", bundle.Clusters[i].Name, FluxNamespace), p.lockdown(p.Clusters[i], shards))
		f.cluster(&bundle.Clusters[i], p.withDefaults(), p.Clusters[i], tenants)
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
		f.kustomization("infrastructure/renewal", []string{"renewal.yaml"}, nil)
	}
	f.kustomization("infrastructure", append(folders, "policies", "roles"), nil)
}

func (f *treeFiles) cluster(bundle *ClusterBundle, platform Platform, cluster Cluster, tenants []string) {
	root := path.Join("clusters", cluster.Name)
	f.objects(path.Join(root, FluxNamespace, "gotk-sync.yaml"), bundle.source().(client.Object), bundle.Sync)
	f.objects(path.Join(root, "infrastructure.yaml"), bundle.Infrastructure)
	f.objects(path.Join(root, "tenants.yaml"), bundle.Tenants)
	parts := []string{FluxNamespace, "infrastructure.yaml", "tenants.yaml"}
	if bundle.Renewal != nil {
		f.objects(path.Join(root, "renewal.yaml"), bundle.Renewal)
		parts = append(parts, "renewal.yaml")
	}
	f.kustomization(root, parts, nil)

	served := cluster.served(tenants)
	root = path.Join(root, "tenants")
	if platform.KustomizationPerTenant {
		f.perTenant(root, bundle, platform, cluster, served)
		return
	}
	var folders []string
	for _, name := range served {
		folders = append(folders, path.Join("../../../tenants", name))
	}
	var patches []kustomizetypes.Patch
	for _, patch := range f.patches(cluster) {
		patches = append(patches, kustomizetypes.Patch{Patch: patch.text, Target: &kustomizetypes.Selector{
			ResId:         resid.ResId{Gvk: resid.Gvk{Kind: patch.kind}, Name: patch.name},
			LabelSelector: tenant.Label,
		}})
	}
	f.kustomization(root, folders, patches)
}

// lockdown writes what makes the Flux that flux bootstrap has put there fit for
// tenants.
func (f *treeFiles) lockdown(root string, spec lockdown.Spec) {
	locked, err := lockdown.Build(spec)
	if err != nil {
		f.fail(fmt.Errorf("%s: %w", root, err))
		return
	}
	f.write(root, locked.Kustomization, nil)
	writeObjects(f, path.Join(root, lockdown.ObjectsFile), locked.Objects)
	for _, shard := range spec.Shards {
		f.write(path.Join(root, shard), locked.Shards[shard], nil)
	}
}

// lockdown returns that of a cluster.
func (p Platform) lockdown(c Cluster, shards []string) lockdown.Spec {
	spec := lockdown.Spec{WorkloadIdentity: true}
	if given := cmp.Or(c.Lockdown, p.Lockdown); given != nil {
		spec = *given
	}
	spec.ServiceAccount = cmp.Or(spec.ServiceAccount, tenant.DefaultServiceAccount)
	if len(spec.Shards) == 0 {
		spec.Shards = named(shards)
	}
	return spec
}

// named leaves out the empty name, which stands for the controllers that watch
// what has no shard.
func named(shards []string) []string {
	return slices.DeleteFunc(slices.Clone(shards), func(shard string) bool { return shard == "" })
}

// perTenant writes a Flux Kustomization for each tenant, in Flux's namespace.
func (f *treeFiles) perTenant(root string, bundle *ClusterBundle, platform Platform, cluster Cluster, tenants []string) {
	var patches []kustomize.Patch
	for _, patch := range f.patches(cluster) {
		patches = append(patches, kustomize.Patch{Patch: patch.text, Target: &kustomize.Selector{
			Kind: patch.kind, Name: patch.name, LabelSelector: tenant.Label,
		}})
	}
	var files []string
	for _, name := range tenants {
		metadata := metav1.ObjectMeta{Namespace: FluxNamespace, Name: "tenant-" + name, Labels: map[string]string{tenant.Label: name}}
		ks, err := bundle.labelled(platform, metadata, kustomizev1.KustomizationSpec{Path: "./tenants/" + name, Patches: patches})
		if err != nil {
			f.fail(err)
			continue
		}
		f.objects(path.Join(root, name+".yaml"), ks)
		files = append(files, name+".yaml")
	}
	f.kustomization(root, files, nil)
}

// served are those of the tenants that the cluster has.
func (c Cluster) served(tenants []string) []string {
	if len(c.Tenants) == 0 {
		return tenants
	}
	has := sets.New(c.Tenants...)
	return slices.DeleteFunc(slices.Clone(tenants), func(name string) bool { return !has.Has(name) })
}

// A clusterPatch changes all tenants' objects of a kind, and of a name, which is
// a regular expression.
type clusterPatch struct{ kind, name, text string }

// patches are what differs on the cluster from the tenants' common base.
func (f *treeFiles) patches(c Cluster) []clusterPatch {
	var patches []clusterPatch
	if !c.Access.IsZero() {
		data := map[string]string{"address": c.Access.Server(), "audiences": strings.Join(c.Access.Audiences, "\n")}
		if c.Access.CA != "" {
			data["ca.crt"] = c.Access.CA
		}
		patches = append(patches, clusterPatch{"ConfigMap", ".*-kubeconfig", f.patch("v1", "ConfigMap", "data", data)})
	}
	spec := map[string]any{}
	if c.Path != "" {
		spec["path"] = c.Path
	}
	if len(c.Substitute) > 0 {
		spec["postBuild"] = map[string]any{"substitute": c.Substitute}
	}
	if len(spec) > 0 {
		patches = append(patches, clusterPatch{kustomizev1.KustomizationKind, "",
			f.patch(kustomizev1.GroupVersion.String(), kustomizev1.KustomizationKind, "spec", spec)})
	}
	return patches
}

// patch is a strategic merge patch. Its own name does not matter, but has to be
// there.
func (f *treeFiles) patch(apiVersion, kind, field string, value any) string {
	text, err := yaml.Marshal(map[string]any{
		"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": "any"}, field: value,
	})
	if err != nil {
		f.fail(err)
	}
	return string(text)
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
	f.kustomization(folder, names, nil)
}

func (f *treeFiles) objects(file string, objects ...client.Object) {
	writeObjects(f, file, objects)
}

// writeObjects takes objects as whichever interface they come.
func writeObjects[O runtime.Object](f *treeFiles, file string, objects []O) {
	var content bytes.Buffer
	if err := manifest.WriteAll(&content, objects); err != nil {
		f.fail(fmt.Errorf("%s: %w", file, err))
	}
	f.files = append(f.files, tree.File{Path: file, Content: content.Bytes()})
}

func (f *treeFiles) kustomization(folder string, resources []string, patches []kustomizetypes.Patch) {
	f.write(folder, &kustomizetypes.Kustomization{
		TypeMeta:  kustomizetypes.TypeMeta{APIVersion: kustomizetypes.KustomizationVersion, Kind: kustomizetypes.KustomizationKind},
		Resources: resources,
		Patches:   patches,
	}, nil)
}

// write writes the kustomization.yaml of a folder.
func (f *treeFiles) write(folder string, k *kustomizetypes.Kustomization, err error) {
	if err != nil {
		f.fail(err)
		return
	}
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
