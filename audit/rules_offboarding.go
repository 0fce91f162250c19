package audit

import (
	"path"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
)

// These rules think of the day on which something is removed.
var offboardingRules = []check{
	{Rule{
		ID:       "offboarding-prune",
		Severity: Info,
		Title:    "Losing one Kustomization deletes several tenants with all their namespaces",
		Doc: `The Tenants of several tenants lie under the path of one Kustomization that prunes. Deleting a Tenant deletes its
namespaces and everything in them; so does renaming it, moving its file out of the path, or deleting the Kustomization, which
deletes them all. It is a note: pruning is what makes off-boarding work. Tenants with spec.preventDeletion or the annotation
kustomize.toolkit.fluxcd.io/prune: disabled are left out.`,
		Exploit:    "One careless commit to the platform's repository deletes every one of them.",
		Fix:        "Set spec.preventDeletion on the Tenants, or the annotation, and remove it first when off-boarding; or give each tenant a Kustomization of its own (tenant.Platform.KustomizationPerTenant).",
		References: []string{"https://fluxcd.io/flux/components/kustomize/kustomizations/#prune"},
	}, func(m *model, r *report) {
		pruned := map[*object][]string{}
		for _, o := range m.tenantObjects {
			if o.is.Spec.PreventDeletion || keptFromPruning(o.object) {
				continue
			}
			for _, ks := range m.broughtBy(o.object) {
				if ks.is.Spec.Prune {
					pruned[ks.object] = append(pruned[ks.object], o.ref.Name)
				}
			}
		}
		for ks, tenants := range pruned {
			if len(tenants) > 1 {
				r.addf(ks, "spec.prune", "prunes Tenants %s", list(tenants))
			}
		}
	}},
}

// broughtBy returns the platform's Kustomizations that apply an object: those that the labels of a live one name, or those whose path its
// file lies under.
func (m *model) broughtBy(o *object) []of[*kustomizev1.Kustomization] {
	labels := o.meta.GetLabels()
	name, namespace := labels["kustomize.toolkit.fluxcd.io/name"], labels["kustomize.toolkit.fluxcd.io/namespace"]
	var found []of[*kustomizev1.Kustomization]
	for _, ks := range m.platformKs {
		if name != "" && ks.ref.Name == name && ks.ref.Namespace == namespace || name == "" && under(o.file, ks.is.Spec.Path) {
			found = append(found, ks)
		}
	}
	return found
}

// under tells whether a file lies in a directory of the repository. Its path may
// begin above the repository's root.
func under(file, dir string) bool {
	dir = path.Clean("/" + dir)
	return file != "" && dir != "/" && strings.Contains(path.Clean("/"+file), dir+"/")
}
