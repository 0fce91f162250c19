package audit

import (
	"path"
	"slices"
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

// broughtBy returns the platform's Kustomizations that apply an object: those
// that the labels of a live one name, or those whose path its file lies under.
func (m *model) broughtBy(o *object) []of[*kustomizev1.Kustomization] {
	labels := o.meta.GetLabels()
	if name := labels["kustomize.toolkit.fluxcd.io/name"]; name != "" {
		return m.platformKs.byName[labels["kustomize.toolkit.fluxcd.io/namespace"]+"/"+name]
	}
	var found []of[*kustomizev1.Kustomization]
	for _, dir := range dirsOf(o.file) {
		found = append(found, m.platformKs.byPath[dir]...)
	}
	return found
}

// appliedPaths are the Kustomizations of the platform by what they apply.
type appliedPaths struct {
	byName, byPath map[string][]of[*kustomizev1.Kustomization]
}

func newAppliedPaths(m *model) appliedPaths {
	p := appliedPaths{map[string][]of[*kustomizev1.Kustomization]{}, map[string][]of[*kustomizev1.Kustomization]{}}
	for _, ks := range m.kustomizations {
		if m.standing(ks.ref.Namespace) != platformStanding {
			continue
		}
		name, dir := ks.ref.Namespace+"/"+ks.ref.Name, path.Clean("/"+ks.is.Spec.Path)
		p.byName[name] = append(p.byName[name], ks)
		p.byPath[dir] = append(p.byPath[dir], ks)
	}
	return p
}

// dirsOf lists the directories of a repository that a file may lie under, be it
// directly or not. Its path may begin above the repository's root, so each of its
// directories may be the first: of a/b/c.yaml they are /a, /a/b and /b.
func dirsOf(file string) []string {
	dir := path.Dir(path.Clean("/" + file))
	if file == "" || dir == "/" {
		return nil
	}
	parts := strings.Split(dir[1:], "/")
	var dirs []string
	for i := range parts {
		for j := i + 1; j <= len(parts); j++ {
			dirs = append(dirs, "/"+strings.Join(parts[i:j], "/"))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
