package fleet

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/tree"
)

// groups writes the groups of a cluster: for each a Kustomization, and a source with
// the group's files only.
func (f *treeFiles) groups(bundle *ClusterBundle, platform Platform, cluster Cluster, groups map[string][]string, paused bool) {
	root := path.Join("clusters", cluster.Name, "tenants")
	patches, err := cluster.tenantPatches()
	if err != nil {
		f.fail(err)
	}
	var files []string
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		dir := path.Join("tenants", group)
		dirs := []string{platform.dir(dir)}
		if len(cluster.Tenants) > 0 {
			dir = path.Join(root, group)
			dirs = append(dirs, platform.dir(dir))
			f.kustomization(dir, upTo(groups[group], group))
		}
		objects, err := bundle.group(platform.on(cluster), "tenants-"+group, dirs, kustomizev1.KustomizationSpec{
			Path: platform.path(dir), Patches: patches,
		}, paused)
		if err != nil {
			f.fail(err)
			continue
		}
		f.objects(path.Join(root, group+".yaml"), objects...)
		files = append(files, group+".yaml")
	}
	f.kustomization(root, files)
}

// upTo returns the paths of tenants relative to a cluster's list of a group.
func upTo(tenants []string, group string) []string {
	var files []string
	for _, name := range tenants {
		files = append(files, path.Join("../../../../tenants", group, name+".yaml"))
	}
	return files
}

// group makes the source of a group and the Kustomization that applies it.
func (c *ClusterBundle) group(p Platform, name string, dirs []string, spec kustomizev1.KustomizationSpec, paused bool) ([]client.Object, error) {
	metadata := metav1.ObjectMeta{Namespace: FluxNamespace, Name: name}
	git, oci, err1 := sourceObject(p, metadata, dirs)
	own := ClusterBundle{GitRepository: git, OCIRepository: oci}
	ks, err2 := own.kustomization(p, name, spec)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	ks.Spec.Prune = !paused
	return []client.Object{own.source().(client.Object), ks}, nil
}

// onlyDirs returns patterns for spec.ignore, in the form of .gitignore, that take
// nothing but some directories, or nil for no directories.
func onlyDirs(dirs []string) *string {
	if len(dirs) == 0 {
		return nil
	}
	lines := []string{"/*"}
	for _, dir := range dirs {
		at := ""
		for part := range strings.SplitSeq(dir, "/") {
			at += "/" + part
			lines = append(lines, "!"+at, at+"/*")
		}
		lines = lines[:len(lines)-1] // all that is in dir
	}
	text := strings.Join(lines, "\n") + "\n"
	return &text
}

// groupLists writes the list of every group, and the root list. A group stays in the
// tree even when it is empty: its Kustomization has to delete the last tenant's
// objects. The root list leaves it out: an empty list has only an order, which would
// become that of the whole tree.
func (w *treeWriter) groupLists(f *treeFiles) error {
	groups := sets.KeySet(w.census.groups)
	if err := w.keepGroups(groups, "tenants/*/kustomization.yaml"); err != nil {
		return err
	}
	var full []string
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		var files []string
		for _, name := range w.census.groups[group] {
			files = append(files, name+".yaml")
		}
		f.kustomization(path.Join("tenants", group), files)
		if len(files) > 0 {
			full = append(full, group)
		}
	}
	root := listOf(full)
	root.MetaData = w.layout.metadata()
	f.write("tenants", root)
	return nil
}

// keepGroups adds the groups that the tree has in files that match a pattern.
func (w *treeWriter) keepGroups(groups sets.Set[string], pattern string) error {
	if w.before.groups != w.layout.groups {
		return nil
	}
	files, err := w.tree.Glob(pattern)
	if err != nil {
		return err
	}
	for _, file := range files {
		group := strings.TrimSuffix(path.Base(file), ".yaml")
		if group == "kustomization" {
			group = path.Base(path.Dir(file))
		}
		_, ok, err := w.tree.Read(file)
		if err != nil {
			return err
		}
		if ok && isGroup(group) {
			groups.Insert(group)
		}
	}
	return nil
}

// isGroup reports whether a name is a group's.
func isGroup(name string) bool { return len(name) == 3 && strings.Trim(name, "0123456789") == "" }

// platformFiles renders the platform's part of the tree.
func (w *treeWriter) platformFiles() ([]tree.File, error) {
	platform, err := w.fleet.Platform.protecting(w.census.homes)
	if err != nil {
		return nil, err
	}
	bootstrapped, err := w.bootstrapped()
	if err != nil {
		return nil, err
	}
	return platform.files(listing{
		groups:       w.clusterGroups,
		shards:       w.fleet.Shards,
		paused:       w.layout.step != "",
		bootstrapped: bootstrapped,
	})
}

// clusterGroups returns the tenants that a cluster serves, by group.
func (w *treeWriter) clusterGroups(cluster Cluster) (map[string][]string, error) {
	kept := sets.New[string]()
	if err := w.keepGroups(kept, path.Join("clusters", cluster.Name, "tenants/*.yaml")); err != nil {
		return nil, err
	}
	has := sets.New(cluster.Tenants...)
	groups := map[string][]string{}
	for group := range kept {
		groups[group] = nil
	}
	for group, names := range w.census.groups {
		if len(has) > 0 {
			names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !has.Has(name) })
		}
		if len(names) > 0 {
			groups[group] = names
		}
	}
	return groups, nil
}
