package audit

import (
	"path"
	"reflect"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// These rules say what the audit could not see, and what of the set contradicts
// itself.
var setRules = []check{
	{Rule{
		ID:         "unseen-content",
		Severity:   Info,
		Title:      "Something is applied with the platform's rights that the audit has not seen",
		Doc:        `A Kustomization of the platform acts with the platform's rights on a path of which no file is in the set, a HelmRelease installs a chart that the audit does not know, or a ResourceSet of the Flux Operator makes objects from templates. What tenants bring with their own rights need not be seen: it can do no more than the tenant.`,
		Exploit:    "Unknown.",
		Fix:        "Include the files of that path; review the chart.",
		References: []string{docLockdown},
	}, checkUnseen},
	{Rule{
		ID:         "unseen-role",
		Severity:   Info,
		Title:      "A tenant holds a role that the audit has not seen",
		Doc:        `A ClusterRoleBinding gives an account or owner of a tenant a ClusterRole that is not in the set.`,
		Exploit:    "Unknown.",
		Fix:        "Include the ClusterRole in what is audited.",
		References: []string{docRBAC},
	}, func(m *model, r *report) {
		for _, b := range m.clusterBinding {
			if m.role(b.is.RoleRef, "") != nil {
				continue
			}
			m.eachHolder(b.is.Subjects, "", func(i int, s rbacv1.Subject, h holder) {
				r.add(b.object, Finding{Tenant: h.name(), Field: "roleRef.name",
					Message: "gives " + userOf(s, "") + " the ClusterRole " + b.is.RoleRef.Name + ", which is not in the set"})
			})
		}
	}},
	{Rule{
		ID:         "unseen-admission",
		Severity:   Info,
		Title:      "An admission policy that the audit cannot judge",
		Doc:        `ValidatingAdmissionPolicies are evaluated as the API server does it, unless they have parameters or do not compile. Policies of Kyverno and Gatekeeper are not read. What they stop is still reported.`,
		Fix:        "Suppress what the policy stops, with its name as the reason, or write it as a ValidatingAdmissionPolicy (tenant.AdmissionPolicies).",
		References: []string{"https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"},
	}, func(m *model, r *report) {
		for _, p := range m.unread {
			r.addf(p.object, "spec", "%s", oneLine(p.reason))
		}
		for _, o := range m.objects {
			if o.gk.Group == "kyverno.io" && (o.gk.Kind == "ClusterPolicy" || o.gk.Kind == "Policy") || o.gk.Group == "templates.gatekeeper.sh" {
				r.addf(o, "spec", "is a policy of %s", strings.Split(o.gk.Group, ".")[0])
			}
		}
	}},
	{Rule{
		ID:         "duplicate-object",
		Severity:   Warning,
		Title:      "An object is there twice, and differs",
		Doc:        `Two files define one object differently. The set is to be one cluster's: audit the overlays of several clusters one by one.`,
		Exploit:    "Whichever is applied last wins, and two Kustomizations undo each other's work for ever.",
		Fix:        "Remove one of them.",
		References: []string{"https://fluxcd.io/flux/faq/"},
	}, func(m *model, r *report) {
		for i, o := range m.objects[min(1, len(m.objects)):] {
			before := m.objects[i]
			if o.key() == before.key() && o.gk != kustomizationFile && o.ref.Name != "" && !same(o, before) {
				r.addf(o, "", "is also defined in %s", orDefault(before.file, "another document"))
			}
		}
	}},
}

func same(a, b *object) bool {
	if a.raw != nil && b.raw != nil {
		return reflect.DeepEqual(a.raw, b.raw)
	}
	return a.ref == b.ref && reflect.DeepEqual(a.typed, b.typed)
}

// knownCharts are those whose content the audit knows: Capsule and Flux.
var knownCharts = []string{"capsule", "capsule-proxy", "flux2", "flux-operator", "flux-instance"}

func checkUnseen(m *model, r *report) {
	seen := map[string]bool{} // directories with files of the set
	for _, o := range m.objects {
		if dir := path.Dir(o.file); o.file != "" && !seen[dir] {
			seen[dir] = true
			for _, d := range dirsOf(o.file) {
				seen[d] = true
			}
		}
	}
	// A path that is the root of its source tells nothing of what is in it. The
	// source is known if another Kustomization finds its path in the set.
	known := map[sourceRef]bool{}
	for dir, all := range m.platformKs.byPath {
		for _, ks := range all {
			ref := ks.is.Spec.SourceRef
			if dir != "/" && seen[dir] || ref.Name == "flux-system" {
				known[sourceRef{ref.APIVersion, ref.Kind, ref.Namespace, ref.Name}] = true
			}
		}
	}
	for _, a := range m.applied() {
		if m.standing(a.ref.Namespace) != platformStanding || a.live() {
			continue
		}
		if yes, _ := m.privileged(a); !yes {
			continue
		}
		ks, ok := a.typed.(*kustomizev1.Kustomization)
		if !ok {
			continue
		}
		dir := path.Clean("/" + ks.Spec.Path)
		if len(seen) == 0 || dir == "/" && known[a.source] || dir != "/" && seen[dir] {
			continue
		}
		r.addf(a.object, "spec.path", "applies %s of %s %s, of which no file is in the set", orDefault(ks.Spec.Path, "the root"), a.source.kind, a.source.name)
	}
	for _, o := range m.objects {
		if o.gk == resourceSetKind && m.standing(o.ref.Namespace) == platformStanding {
			r.addf(o, "spec", "makes objects from templates, which are not rendered here")
		}
	}
	for _, o := range m.releases {
		chart := ""
		if o.is.Spec.Chart != nil {
			chart = o.is.Spec.Chart.Spec.Chart
		} else if o.is.Spec.ChartRef != nil {
			chart = o.is.Spec.ChartRef.Name
		}
		if m.standing(o.ref.Namespace) != platformStanding || slices.Contains(knownCharts, path.Base(chart)) || o.live() {
			continue
		}
		r.addf(o.object, "spec", "installs chart %s with the rights of the platform", chart)
	}
}
