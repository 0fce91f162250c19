package fleet

import (
	"bytes"
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// oldestWithPatterns is the oldest version of Flux whose ArtifactGenerator has a
// pathPattern, which a new group does not change.
const oldestWithPatterns = "2.9"

// artifacts makes the ArtifactGenerator that divides the cluster's source into an
// artifact for each group. An artifact's revision is a digest of its own files, so
// that a commit for one tenant has one group applied again. A group whose folder is
// lost has no artifact, and its Kustomization then keeps what it applied.
//
// See https://fluxcd.io/flux/components/source/artifactgenerators/.
func (c *ClusterBundle) artifacts(p Platform, cluster Cluster) *unstructured.Unstructured {
	source := flux.SourceRef(c.source())
	group := p.dir("tenants", "{group}")
	pattern, folders := group, []string{group}
	if len(cluster.Tenants) > 0 {
		pattern = p.dir("clusters", cluster.Name, "tenants", "{group}")
		folders = append(folders, pattern)
	}
	var copies []any
	for _, folder := range folders {
		copies = append(copies, map[string]any{"from": "@tree/" + folder, "to": "@artifact/" + path.Dir(folder) + "/"})
	}
	generator := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"sources":     []any{map[string]any{"alias": "tree", "kind": source.Kind, "name": source.Name}},
		"pathPattern": "@tree/" + pattern,
		"artifacts": []any{map[string]any{
			"name": groupName("{group}"), "originRevision": "@tree", "copy": copies,
		}},
	}}}
	generator.SetAPIVersion(names.SourceExtensions + "/v1beta1")
	generator.SetKind("ArtifactGenerator")
	generator.SetNamespace(FluxNamespace)
	generator.SetName("tenants")
	return generator
}

// validateSourceWatcher rejects a version of Flux without path patterns.
func (p Platform) validateSourceWatcher(path *field.Path, c Cluster) field.ErrorList {
	has, ok := versions.Parse(versions.Flux, p.lockdown(c, nil).FluxVersion)
	if !c.SourceWatcher || !ok || version.MustParseGeneric(has).AtLeast(version.MustParseGeneric(oldestWithPatterns)) {
		return nil
	}
	return field.ErrorList{field.Invalid(path.Child("sourceWatcher"), true, fmt.Sprintf(
		"needs Flux %s, and the cluster has %s: upgrade it, or leave sourceWatcher out", oldestWithPatterns, has))}
}

// generatorsCRD is the name of the CRD that Flux's components have together with
// source-watcher. Their role bindings name its account without it, too.
const generatorsCRD = "artifactgenerators." + names.SourceExtensions

// checkSourceWatcher rejects a cluster without source-watcher in the components that
// flux bootstrap wrote.
func (w *treeWriter) checkSourceWatcher(c Cluster) error {
	if !c.SourceWatcher {
		return nil
	}
	file := path.Join("clusters", c.Name, FluxNamespace, "gotk-components.yaml")
	components, ok, err := w.tree.Foreign(file)
	if err != nil || !ok || bytes.Contains(components, []byte("name: "+generatorsCRD)) {
		return err
	}
	return fmt.Errorf("%s has no %s, which sourceWatcher of cluster %s needs: run flux bootstrap with --components-extra=%[2]s", file, fluxcmd.SourceWatcher, c.Name)
}
