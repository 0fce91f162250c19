package fleet

import (
	"errors"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// tenantPatches are the cluster's differences from the tenants' common base.
func (c Cluster) tenantPatches() ([]kustomize.Patch, error) {
	var p patches
	if !c.Access.IsZero() {
		data := map[string]string{"address": c.Access.Server(), "audiences": strings.Join(c.Access.Audiences, "\n")}
		if c.Access.CA != "" {
			data["ca.crt"] = c.Access.CA
		}
		p.merge(kustomize.Selector{Kind: "ConfigMap", Name: ".*-kubeconfig", LabelSelector: tenant.Label}, "v1", "data", data)
	}
	spec := map[string]any{}
	if c.Path != "" {
		spec["path"] = c.Path
	}
	if len(c.Substitute) > 0 {
		spec["postBuild"] = map[string]any{"substitute": c.Substitute}
	}
	if len(spec) > 0 {
		p.merge(kustomize.Selector{Kind: kustomizev1.KustomizationKind, LabelSelector: tenant.Label}, kustomizev1.GroupVersion.String(), "spec", spec)
	}
	return append(p.list, c.Patches...), p.err
}

// infrastructurePatches are the cluster's differences from the common infrastructure.
func (c Cluster) infrastructurePatches() ([]kustomize.Patch, error) {
	var p patches
	for _, r := range []struct {
		name    string
		release Release
	}{{"capsule", c.Capsule}, {"capsule-proxy", c.Proxy}} {
		if r.release.Version != "" {
			p.merge(kustomize.Selector{Kind: sourcev1.OCIRepositoryKind, Name: r.name, Namespace: FluxNamespace},
				sourcev1.GroupVersion.String(), "spec", map[string]any{"ref": map[string]any{"tag": r.release.Version}})
		}
		if len(r.release.Values) > 0 {
			p.merge(kustomize.Selector{Kind: helmv2.HelmReleaseKind, Name: r.name, Namespace: FluxNamespace},
				helmv2.GroupVersion.String(), "spec", map[string]any{"values": r.release.Values})
		}
	}
	return append(p.list, c.Patches...), p.err
}

// patches collects patches and errors.
type patches struct {
	list []kustomize.Patch
	err  error
}

// merge adds a strategic merge patch of one field. The patch's own name does not
// matter, but is required.
func (p *patches) merge(target kustomize.Selector, apiVersion, field string, value any) {
	text, err := yaml.Marshal(map[string]any{
		"apiVersion": apiVersion, "kind": target.Kind, "metadata": map[string]any{"name": "any"}, field: value,
	})
	p.err = errors.Join(p.err, err)
	p.list = append(slices.Clip(p.list), kustomize.Patch{Patch: string(text), Target: &target})
}
