package audit

import (
	"cmp"
	"path"
	"reflect"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules report the parts that the audit could not see, and contradictions in
// the set.
var setRules = []rule{
	{"unseen-content", join(wholeSet(checkUnseenPath), each(checkUnseenChart), eachObject(checkUnseenTemplate), each(checkUnseenGenerator))},
	{"unseen-role", join(eachHeld(checkUnseenRole), each(checkUnseenGrant))},
	{"unseen-admission", join(wholeSet(checkUnreadPolicy), eachObject(checkOtherPolicy))},
	{"duplicate-object", wholeSet(checkDuplicate)},
}

// checkUnseenPath reports Kustomizations that act with the platform's rights on a
// path without a file in the set.
func checkUnseenPath(m *model.Model, r *findings) {
	seen := map[string]bool{} // directories with files of the set
	for _, o := range m.Set.Objects {
		if dir := path.Dir(o.File); o.File != "" && !seen[dir] {
			seen[dir] = true
			for _, d := range model.DirsOf(o.File) {
				seen[d] = true
			}
		}
	}
	if len(seen) == 0 {
		return
	}
	// A path that is the root of its source says nothing about its content. The source
	// is known if another Kustomization finds its path in the set.
	known := map[model.SourceRef]bool{}
	for _, a := range m.Appliers {
		ks, ok := a.Object.Typed.(*kustomizev1.Kustomization)
		if !ok || m.Tenancy.Standing(a.Object.Ref.Namespace) != model.PlatformStanding {
			continue
		}
		if dir := rooted(ks); dir != "/" && seen[dir] || a.Source.Name == "flux-system" {
			known[a.Source] = true
		}
	}
	for _, a := range m.Appliers {
		ks, ok := a.Object.Typed.(*kustomizev1.Kustomization)
		if !ok || a.Object.Live() || m.Tenancy.Standing(a.Object.Ref.Namespace) != model.PlatformStanding {
			continue
		}
		if yes, _ := m.Privileged(a); !yes {
			continue
		}
		if dir := rooted(ks); dir == "/" && known[a.Source] || dir != "/" && seen[dir] {
			continue
		}
		r.addf(a.Object, "spec.path", "applies %s of %s %s, without a file in the set", cmp.Or(ks.Spec.Path, "the root"), a.Source.Kind, cmp.Or(a.Source.Name, "that it does not name"))
	}
}

// rooted returns the path of a Kustomization from the root of its source.
func rooted(ks *kustomizev1.Kustomization) string { return path.Clean("/" + ks.Spec.Path) }

// knownCharts are those whose content the audit knows: Capsule and Flux.
var knownCharts = []string{"capsule", "capsule-proxy", "flux2", "flux-operator", "flux-instance"}

func checkUnseenChart(m *model.Model, r *findings, o *model.Object, release *helmv2.HelmRelease) {
	chart := ""
	if release.Spec.Chart != nil {
		chart = release.Spec.Chart.Spec.Chart
	} else if release.Spec.ChartRef != nil {
		chart = release.Spec.ChartRef.Name
	}
	described := "a chart that it does not name"
	if chart != "" {
		described = "chart " + chart
	}
	if m.Tenancy.Standing(o.Ref.Namespace) == model.PlatformStanding && !slices.Contains(knownCharts, path.Base(chart)) && !o.Live() {
		r.addf(o, "spec", "installs %s with the rights of the platform", described)
	}
}

func checkUnseenTemplate(m *model.Model, r *findings, o *model.Object) {
	if reason := m.Unrendered[o]; reason != nil && m.Tenancy.Standing(o.Ref.Namespace) != model.TenantStanding {
		r.addf(o, "spec", "makes objects that are not in the set: %s", plain(reason.Error()))
	}
}

func checkUnseenGenerator(_ *model.Model, r *findings, o *model.Object, global *capsulev1beta2.GlobalTenantResource) {
	for i, resource := range global.Spec.Resources {
		if len(resource.Generators) > 0 {
			r.addf(o, model.Index("spec.resources", i)+".generators", "makes objects from templates, which are not rendered here")
		}
	}
}

func checkUnseenRole(_ *model.Model, r *findings, h held) {
	if h.role == nil && h.binding.Namespace == "" {
		r.add(h.binding.Object, Finding{Tenant: h.holder.Name(), Field: "roleRef.name",
			Message: "gives " + h.user + " the ClusterRole " + h.binding.RoleRef.Name + ", which is not in the set"})
	}
}

func checkUnreadPolicy(m *model.Model, r *findings) {
	for _, p := range m.Admission.Unread {
		r.addf(p.Object, "spec", "%s", plain(p.Reason))
	}
}

func checkOtherPolicy(_ *model.Model, r *findings, o *model.Object) {
	gk := o.GroupKind
	if gk.Group == "kyverno.io" && (gk.Kind == "ClusterPolicy" || gk.Kind == "Policy") || gk.Group == "templates.gatekeeper.sh" {
		r.addf(o, "spec", "is a policy of %s", strings.Split(gk.Group, ".")[0])
	}
}

func checkDuplicate(m *model.Model, r *findings) {
	objects := m.Set.Objects
	for i := 1; i < len(objects); i++ {
		o, before := objects[i], objects[i-1]
		if o.Key() == before.Key() && o.GroupKind != model.KustomizationFile && o.Ref.Name != "" && !same(o, before) && appliedTogether(o.File, before.File) {
			r.addf(o, "", "is also defined in %s", cmp.Or(before.File, "another document"))
		}
	}
}

// appliedTogether reports whether two files may be of one cluster. Two of one
// name in directories that differ in one step are overlays, or two clusters'.
func appliedTogether(a, b string) bool {
	if a == "" || b == "" {
		return true
	}
	if a == b {
		return false // a stream of examples, or patches
	}
	stepsA, stepsB := strings.Split(a, "/"), strings.Split(b, "/")
	if len(stepsA) != len(stepsB) || stepsA[len(stepsA)-1] != stepsB[len(stepsB)-1] {
		return true
	}
	different := 0
	for i := range stepsA {
		if stepsA[i] != stepsB[i] {
			different++
		}
	}
	return different != 1
}

func same(a, b *model.Object) bool {
	if a.Raw != nil && b.Raw != nil {
		return reflect.DeepEqual(a.Raw, b.Raw)
	}
	return a.Ref == b.Ref && reflect.DeepEqual(a.Typed, b.Typed)
}
