package audit

import (
	"fmt"
	"path"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/advisories"
)

// These rules compare the set's component and API versions with the current ones.
var versionRules = []rule{
	{"component-version", eachComponent(checkVersion)},
	{"component-version-unpinned", each(checkUnpinned)},
	{"api-version", eachObject(checkAPIVersion)},
	{"unknown-field", eachObject(checkUnknownField)},
	{"invalid-value", eachObject(checkInvalidValue)},
}

func checkUnpinned(_ *model.Model, r *findings, o *model.Object, release *helmv2.HelmRelease) {
	if release.Spec.Chart == nil {
		return
	}
	spec := release.Spec.Chart.Spec
	if name := path.Base(spec.Chart); (name == "capsule" || name == "capsule-proxy") && (spec.Version == "" || spec.Version == "*") {
		r.addf(o, "spec.chart.spec.version", "installs whichever version of %s is latest", name)
	}
}

func checkAPIVersion(_ *model.Model, r *findings, o *model.Object) {
	current, ok := model.Current(o.GroupKind)
	if !ok || o.Served || !model.IsFlux(o.GroupKind) && !model.IsCapsule(o.GroupKind) || proxyKinds[o.GroupKind.Kind] && model.IsCapsule(o.GroupKind) {
		return
	}
	r.add(o, Finding{Field: "apiVersion", Message: fmt.Sprintf("%s is no longer served; %s is", o.Ref.APIVersion, current.GroupVersion()),
		Fix: "Write " + current.GroupVersion().String() + builderHint(o)})
}

func checkUnknownField(_ *model.Model, r *findings, o *model.Object) {
	if !model.IsFlux(o.GroupKind) && !model.IsCapsule(o.GroupKind) {
		return
	}
	kind := o.GroupKind.Kind
	for _, unknown := range o.Unknown {
		r.add(o, Finding{Field: unknown, Message: "is no field of " + kind + " any more, or never was",
			Fix: successors[kind+" "+lastIndexless(unknown)]})
	}
	if o.Broken != nil && len(refusedTexts(o)) == 0 { // else invalid-value names the field
		r.add(o, Finding{Message: "does not fit its kind: " + o.Broken.Error(), Fix: "Correct the field."})
	}
}

// checkInvalidValue reports texts that the CRD refuses.
func checkInvalidValue(_ *model.Model, r *findings, o *model.Object) {
	if o.Raw == nil || o.Live() || !o.Served || !model.IsFlux(o.GroupKind) && !model.IsCapsule(o.GroupKind) {
		return
	}
	for _, err := range refusedTexts(o) {
		r.addf(o, err.Field, "the API server refuses it: %s", err.ErrorBody())
	}
}

func refusedTexts(o *model.Object) field.ErrorList {
	return textRules()[o.Ref.APIVersion+" "+o.Ref.Kind].refused(nil, field.NewPath("spec"), o.Raw["spec"])
}

// proxyKinds are Capsule Proxy's kinds, whose Go types are not published.
var proxyKinds = map[string]bool{"GlobalProxySettings": true, "ProxySetting": true}

// successors say what to do about fields that were removed, by kind and path
// without indexes.
var successors = map[string]string{
	"Kustomization spec.validation":              "Remove it: the objects are validated by server-side apply.",
	"Kustomization spec.patchesStrategicMerge":   "Use spec.patches.",
	"Kustomization spec.patchesJson6902":         "Use spec.patches.",
	"HelmRelease spec.chart.spec.valuesFile":     "Use spec.chart.spec.valuesFiles.",
	"GitRepository spec.gitImplementation":       "Remove it: there is one implementation.",
	"GitRepository spec.accessFrom":              "Remove it: references across namespaces are for --no-cross-namespace-refs to allow.",
	"Alert spec.summary":                         "Use spec.eventMetadata.",
	"CapsuleConfiguration spec.ignoreUserGroups": "It is spec.ignoreUserWithGroups.",
	"Tenant spec.owner":                          "Use a TenantOwner (capsule.TenantOwner).",
	"Tenant spec.externalServiceIPs":             "Use spec.serviceOptions.externalIPs, or rules.",
	"Tenant spec.enableNodePorts":                "Use rules.",
	"Tenant spec.ingressHostnames":               "Use spec.ingressOptions.allowedHostnames.",
	"Tenant spec.ingressClasses":                 "Use spec.ingressOptions.allowedClasses.",
	"Tenant spec.namespaceQuota":                 "Use spec.namespaceOptions.quota (capsule.NamespaceQuota).",
	"Tenant spec.proxySettings":                  "Use a GlobalProxySettings.",
}

func lastIndexless(path string) string {
	var b strings.Builder
	depth := 0
	for _, c := range path {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func builderHint(o *model.Object) string {
	if model.IsCapsule(o.GroupKind) {
		return " (capsule." + o.GroupKind.Kind + ")."
	}
	return " (flux." + o.GroupKind.Kind + ")."
}

func checkVersion(_ *model.Model, r *findings, c model.Component) {
	var escapes, others []advisories.Advisory
	for _, a := range advisories.Of(c.Name, c.Version) {
		if a.Escape {
			escapes = append(escapes, a)
		} else {
			others = append(others, a)
		}
	}
	fix := fmt.Sprintf("Update %s to %s or later.", c.Name, advisories.Oldest(c.Name))
	if len(escapes) > 0 {
		r.add(c.Object, advisoryFinding(c, Error, escapes, fix))
	}
	if len(others) > 0 {
		r.add(c.Object, advisoryFinding(c, Warning, others, fix))
	}
	if oldest := advisories.Supported(c.Name); oldest != "" && c.Version.LessThan(version.MustParseGeneric(oldest)) {
		r.add(c.Object, Finding{Severity: Warning, Field: c.Field,
			Message: fmt.Sprintf("%s %s is older than Flux %s, and gets no fixes any more", c.Name, c.Text, advisories.Supported(advisories.Flux)),
			Exploit: "Holes found from now on stay open.", Fix: fmt.Sprintf("Update %s to %s or later.", c.Name, oldest)})
	}
}

// advisoryFinding returns one finding for all advisories of a severity.
func advisoryFinding(c model.Component, severity Severity, list []advisories.Advisory, fix string) Finding {
	f := Finding{Severity: severity, Field: c.Field, Fix: fix}
	var titles, effects []string
	for _, a := range list {
		titles = append(titles, a.ID+": "+a.Title)
		if !slices.Contains(effects, a.Lets) {
			effects = append(effects, a.Lets)
		}
		f.References = append(f.References, a.Source)
	}
	f.Message = fmt.Sprintf("%s %s: %s", c.Name, c.Text, strings.Join(titles, "; "))
	f.Exploit = strings.Join(effects, " ")
	return f
}

// affected reports whether the set installs a component in a version that has one
// of the advisories.
func affected(m *model.Model, component string, ids ...string) bool {
	return slices.ContainsFunc(m.Components, func(c model.Component) bool {
		return c.Name == component && slices.ContainsFunc(advisories.Of(component, c.Version), func(a advisories.Advisory) bool {
			return slices.Contains(ids, a.ID)
		})
	})
}
