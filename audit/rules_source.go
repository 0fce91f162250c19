package audit

import (
	"slices"
	"strings"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/version"
)

// These rules ask whether what Flux fetches is what its author wrote.
var sourceRules = []check{
	{Rule{
		ID:         "flux-insecure-source",
		Severity:   Warning,
		Title:      "A source is fetched without TLS",
		Doc:        `A source has an http:// URL or insecure: true, or a HelmRepository passes its credentials to other hosts. Addresses in the cluster (.svc, localhost) are left alone.`,
		Exploit:    "Whoever sits on the way replaces what is fetched, and Flux applies it.",
		Fix:        "Use https, ssh or an OCI registry with TLS; leave insecure and passCredentials out.",
		References: []string{"https://fluxcd.io/flux/security/best-practices/"},
	}, func(m *model, r *report) {
		for _, o := range m.objects {
			switch is := o.typed.(type) {
			case *sourcev1.GitRepository:
				plainURL(r, o, is.Spec.URL)
			case *sourcev1.HelmRepository:
				plainURL(r, o, is.Spec.URL)
				insecure(r, o, is.Spec.Insecure)
				if is.Spec.PassCredentials {
					r.add(o, Finding{Field: "spec.passCredentials", Message: "sends the repository's credentials to whatever host a chart's URL names",
						Exploit: "Whoever may edit the repository's index receives the credentials."})
				}
			case *sourcev1.OCIRepository:
				insecure(r, o, is.Spec.Insecure)
			case *sourcev1.Bucket:
				insecure(r, o, is.Spec.Insecure)
			case *reflectorv1.ImageRepository:
				insecure(r, o, is.Spec.Insecure)
			}
		}
	}},
	{Rule{
		ID:         "flux-path",
		Severity:   Warning,
		Title:      "A path leads out of the source",
		Doc:        `spec.path has a segment "..". kustomize-controller before v0.24 followed it into its own file system (CVE-2022-24877); later ones refuse it.`,
		Exploit:    "On an old controller: the tenant reads files of the controller's pod.",
		Fix:        "Name a directory within the source (flux.Path).",
		References: []string{"https://nvd.nist.gov/vuln/detail/CVE-2022-24877"},
	}, func(m *model, r *report) {
		for _, o := range m.kustomizations {
			if slices.Contains(strings.Split(o.is.Spec.Path, "/"), "..") {
				r.addf(o.object, "spec.path", "%q leads out of the source", o.is.Spec.Path)
			}
		}
	}},
	{Rule{
		ID:       "flux-receiver-gcr",
		Severity: Warning,
		Title:    "Anybody who knows its address may trigger a gcr Receiver",
		Doc: `notification-controller before v1.8.3 accepts any Google identity token at a Receiver of type gcr (CVE-2026-40109). It is a
warning if the controller of the set is older, a note if its version is not in the set. It is no error, since nothing gets out
of a tenant: the path of the Receiver is derived from the token in its Secret, and who has learnt it makes Flux fetch the
sources that it fetches anyway.`,
		Exploit:    "An outsider with any Google account who has seen the Receiver's address makes Flux reconcile as often as pleases.",
		Fix:        "Update notification-controller to v1.8.3 or later and put email and audience into the Receiver's Secret.",
		References: []string{"https://github.com/advisories/GHSA-h9cx-xjg6-5v2w"},
	}, func(m *model, r *report) {
		fixed := version.MustParseGeneric("1.8.3")
		for _, o := range m.receivers {
			if o.is.Spec.Type != "gcr" {
				continue
			}
			severity := Info
			for _, c := range m.controllers {
				if c.name != notificationController || c.version == nil {
					continue
				}
				if severity = Warning; !c.version.LessThan(fixed) {
					severity = 0
					break
				}
			}
			if severity > 0 {
				r.add(o.object, Finding{Severity: severity, Field: "spec.type", Message: "is of type gcr, which needs notification-controller v1.8.3"})
			}
		}
	}},
}

func plainURL(r *report, o *object, url string) {
	rest, plain := strings.CutPrefix(url, "http://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	if plain && host != "localhost" && host != "127.0.0.1" && !strings.HasSuffix(host, ".svc") && !strings.HasSuffix(host, ".svc.cluster.local") {
		r.addf(o, "spec.url", "is fetched over plain HTTP from %s", host)
	}
}

func insecure(r *report, o *object, set bool) {
	if set {
		r.addf(o, "spec.insecure", "is fetched without TLS, or without checking it")
	}
}
