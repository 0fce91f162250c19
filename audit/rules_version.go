package audit

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/version"
)

// These rules compare what the set runs and speaks with what is current.
var versionRules = []check{
	{Rule{
		ID:         "component-version",
		Severity:   Error,
		Title:      "A version with known holes, or out of support",
		Doc:        `Read from the images of Deployments, the charts of HelmReleases and their image tags. An advisory that lets a tenant out is an error, everything else a warning.`,
		Exploit:    "See the advisory.",
		Fix:        "Update: Flux 2.7 or later, Capsule 0.13.7 or later, Capsule Proxy with it.",
		References: []string{"https://fluxcd.io/flux/releases/", "https://github.com/projectcapsule/capsule/security/advisories"},
	}, checkVersions},
	{Rule{
		ID:         "component-version-unpinned",
		Severity:   Warning,
		Title:      "Capsule's chart without a version",
		Doc:        `A HelmRelease of Capsule or Capsule Proxy names no version of the chart: whatever is latest is installed, next year's too. Its CRDs and webhooks change between minor versions.`,
		Exploit:    "A release upstream changes the rules for every tenant, unseen.",
		Fix:        "Set spec.chart.spec.version.",
		References: []string{"https://fluxcd.io/flux/components/source/helmcharts/#version"},
	}, func(m *model, r *report) {
		for _, o := range m.releases {
			if o.is.Spec.Chart == nil {
				continue
			}
			spec := o.is.Spec.Chart.Spec
			if name := path.Base(spec.Chart); (name == "capsule" || name == "capsule-proxy") && (spec.Version == "" || spec.Version == "*") {
				r.addf(o.object, "spec.chart.spec.version", "installs whichever version of %s is latest", name)
			}
		}
	}},
	{Rule{
		ID:         "api-version",
		Severity:   Warning,
		Title:      "An API version that is served no more",
		Doc:        `The API server refuses the object. Flux 2.9 serves source v1, kustomize v1, helm v2, notification v1 (Receiver) and v1beta3 (Alert, Provider), and image v1; Capsule 0.14 serves v1beta2, and v1beta1 for Capsule Proxy.`,
		Exploit:    "The object cannot be applied.",
		Fix:        "Use the version that is served; the builders of this library do.",
		References: []string{"https://fluxcd.io/flux/components/", "https://projectcapsule.dev/docs/reference/"},
	}, func(m *model, r *report) {
		for _, o := range m.objects {
			if o.served || !isFlux(o.gk) && !isCapsule(o.gk) || proxyKinds[o.gk.Kind] && isCapsule(o.gk) {
				continue
			}
			current, ok := currentVersions()[o.gk]
			if !ok {
				continue
			}
			f := Finding{Field: "apiVersion", Message: fmt.Sprintf("%s is served no more; %s is", o.ref.APIVersion, current.GroupVersion()),
				Fix: "Write " + current.GroupVersion().String() + builderHint(o)}
			r.add(o, f)
		}
	}},
	{Rule{
		ID:         "unknown-field",
		Severity:   Warning,
		Title:      "A field that the current version does not have",
		Doc:        `The field was removed, renamed or is misspelt. Server-side apply, and so Flux, refuses the object; a client-side apply drops the field without a word. Objects that come as Go types cannot have any.`,
		Exploit:    "The protection that the field stands for is not there.",
		Fix:        "Remove the field, or use its successor.",
		References: []string{"https://fluxcd.io/flux/components/", "https://projectcapsule.dev/docs/reference/"},
	}, func(m *model, r *report) {
		for _, o := range m.objects {
			if !isFlux(o.gk) && !isCapsule(o.gk) {
				continue
			}
			for _, field := range o.unknown {
				f := Finding{Field: field, Message: "is no field of " + o.gk.Kind + " any more, or never was"}
				if fix := successors[o.gk.Kind+" "+lastIndexless(field)]; fix != "" {
					f.Fix = fix
				}
				r.add(o, f)
			}
			if o.broken != nil {
				r.add(o, Finding{Message: "does not fit its kind: " + o.broken.Error(), Fix: "Correct the field."})
			}
		}
	}},
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

func builderHint(o *object) string {
	if isCapsule(o.gk) {
		return " (capsule." + o.gk.Kind + ")."
	}
	return " (flux." + o.gk.Kind + ")."
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
	{notificationController, "1.8.3", Warning, "CVE-2026-40109: Receivers of type gcr accept any Google token",
		"An outsider with any Google account who has seen a Receiver's address makes Flux reconcile as often as pleases.", "https://github.com/advisories/GHSA-h9cx-xjg6-5v2w"},
	{sourceController, "1.7.0", Warning, endOfLife, "", ""},
	{kustomizeController, "1.7.0", Warning, endOfLife, "", ""},
	{helmController, "1.4.0", Warning, endOfLife, "", ""},
	{notificationController, "1.7.0", Warning, endOfLife, "", ""},
	{reflectorController, "1.0.0", Warning, endOfLife, "", ""},
	{automationController, "1.0.0", Warning, endOfLife, "", ""},
}

const endOfLife = "is older than Flux 2.7, and gets no fixes any more"

// An installed component and where its version is written.
type installed struct {
	object    *object
	component string
	version   *version.Version
	field     string
}

func readInstalled(m *model) []installed {
	var found []installed
	add := func(o *object, component, text, field string) {
		if v, err := version.ParseGeneric(strings.TrimPrefix(text, "v")); err == nil {
			found = append(found, installed{o, component, v, field})
		}
	}
	for _, d := range m.deployments {
		for i, c := range d.is.Spec.Template.Spec.Containers {
			image, tag := splitImage(c.Image)
			add(d.object, path.Base(image), tag, index("spec.template.spec.containers", i)+".image")
		}
	}
	for _, o := range m.releases {
		if o.is.Spec.Chart == nil {
			continue
		}
		name := path.Base(o.is.Spec.Chart.Spec.Chart)
		if tag := imageTag(o.is.Spec.Values); tag != "" {
			add(o.object, name, tag, "spec.values.image.tag")
		} else {
			add(o.object, name, o.is.Spec.Chart.Spec.Version, "spec.chart.spec.version")
		}
	}
	return found
}

func checkVersions(m *model, r *report) {
	for _, c := range m.components {
		for _, a := range advisories {
			if a.component != c.component || !c.version.LessThan(version.MustParseGeneric(a.below)) {
				continue
			}
			f := Finding{Severity: a.severity, Field: c.field, Message: fmt.Sprintf("%s %s: %s", c.component, c.version, a.message),
				Exploit: a.exploit, Fix: fmt.Sprintf("Update %s to %s or later.", c.component, a.below)}
			if a.message == endOfLife {
				f.Message = fmt.Sprintf("%s %s %s", c.component, c.version, endOfLife)
				f.Exploit = "Holes found from now on stay open."
			}
			if a.reference != "" {
				f.References = []string{a.reference}
			}
			r.add(c.object, f)
		}
	}
}

func imageTag(v *apiextensionsv1.JSON) string {
	if v == nil {
		return ""
	}
	var parsed struct {
		Image struct{ Tag string }
	}
	if json.Unmarshal(v.Raw, &parsed) != nil {
		return ""
	}
	return parsed.Image.Tag
}

// capsuleOlderThan tells whether the set runs an older Capsule than that.
func (m *model) capsuleOlderThan(text string) bool {
	for _, c := range m.components {
		if c.component == "capsule" && c.version.LessThan(version.MustParseGeneric(text)) {
			return true
		}
	}
	return false
}
