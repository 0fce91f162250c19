package audit

import (
	"fmt"
	"path"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules compare what the set runs and speaks with what is current.
var versionRules = []rule{
	{"component-version", eachComponent(checkVersion)},
	{"component-version-unpinned", each(checkUnpinned)},
	{"api-version", eachObject(checkAPIVersion)},
	{"unknown-field", eachObject(checkUnknownField)},
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
	r.add(o, Finding{Field: "apiVersion", Message: fmt.Sprintf("%s is served no more; %s is", o.Ref.APIVersion, current.GroupVersion()),
		Fix: "Write " + current.GroupVersion().String() + builderHint(o)})
}

func checkUnknownField(_ *model.Model, r *findings, o *model.Object) {
	if !model.IsFlux(o.GroupKind) && !model.IsCapsule(o.GroupKind) {
		return
	}
	kind := o.GroupKind.Kind
	for _, field := range o.Unknown {
		r.add(o, Finding{Field: field, Message: "is no field of " + kind + " any more, or never was",
			Fix: successors[kind+" "+lastIndexless(field)]})
	}
	if o.Broken != nil {
		r.add(o, Finding{Message: "does not fit its kind: " + o.Broken.Error(), Fix: "Correct the field."})
	}
}

// proxyKinds are Capsule Proxy's own, of which there are no Go types to be had.
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

func lastIndexless(field string) string {
	var b strings.Builder
	depth := 0
	for _, c := range field {
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

// An advisory is a reason to update a component.
type advisory struct {
	component string
	below     string
	severity  Severity
	message   string
	exploit   string
	reference string
}

var advisories = []advisory{
	{"capsule", "0.13.0", Error, "CVE-2026-22872: TenantResources create cluster-scoped objects",
		"A tenant that may write TenantResources lets Capsule create a ClusterRoleBinding.", "https://nvd.nist.gov/vuln/detail/CVE-2026-22872"},
	{"capsule", "0.13.7", Warning, "GHSA-gjw4-3v3v-rqxg: forbidden labels and annotations can be set all the same",
		"A tenant sets the Pod Security labels that the platform forbade.", "https://github.com/projectcapsule/capsule/security/advisories/GHSA-gjw4-3v3v-rqxg"},
	{"capsule-proxy", "0.4.5", Warning, "CVE-2023-46254: ServiceAccounts list the namespaces of owners of the same name",
		"A tenant whose account is called as another tenant's lists that tenant's namespaces.", "https://nvd.nist.gov/vuln/detail/CVE-2023-46254"},
	{"capsule-proxy", "0.4.6", Warning, "CVE-2023-48312: the result of the TokenReview is not looked at",
		"Where the API server runs with --anonymous-auth=false, a request with an invalid token is let pass.", "https://nvd.nist.gov/vuln/detail/CVE-2023-48312"},
	{fluxcmd.Notification, "1.8.3", Warning, "CVE-2026-40109: Receivers of type gcr accept any Google token",
		"An outsider with any Google account who has seen a Receiver's address makes Flux reconcile as often as pleases.", "https://github.com/advisories/GHSA-h9cx-xjg6-5v2w"},
	{fluxcmd.Source, "1.7.0", Warning, endOfLife, "", ""},
	{fluxcmd.Kustomize, "1.7.0", Warning, endOfLife, "", ""},
	{fluxcmd.Helm, "1.4.0", Warning, endOfLife, "", ""},
	{fluxcmd.Notification, "1.7.0", Warning, endOfLife, "", ""},
	{fluxcmd.ImageReflector, "1.0.0", Warning, endOfLife, "", ""},
	{fluxcmd.ImageAutomation, "1.0.0", Warning, endOfLife, "", ""},
}

const endOfLife = "is older than Flux 2.7, and gets no fixes any more"

func checkVersion(_ *model.Model, r *findings, c model.Component) {
	for _, a := range advisories {
		if a.component != c.Name || !c.Version.LessThan(version.MustParseGeneric(a.below)) {
			continue
		}
		f := Finding{Severity: a.severity, Field: c.Field, Message: fmt.Sprintf("%s %s: %s", c.Name, c.Version, a.message),
			Exploit: a.exploit, Fix: fmt.Sprintf("Update %s to %s or later.", c.Name, a.below)}
		if a.message == endOfLife {
			f.Message = fmt.Sprintf("%s %s %s", c.Name, c.Version, endOfLife)
			f.Exploit = "Holes found from now on stay open."
		}
		if a.reference != "" {
			f.References = []string{a.reference}
		}
		r.add(c.Object, f)
	}
}
