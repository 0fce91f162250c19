package audit

import (
	"slices"
	"strings"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules ask whether what Flux fetches is what its author wrote.
var sourceRules = []rule{
	{"flux-insecure-source", eachObject(checkInsecureSource)},
	{"flux-path", each(checkPath)},
	{"flux-receiver-gcr", each(checkReceiver)},
}

func checkInsecureSource(_ *model.Model, r *findings, o *model.Object) {
	var url string
	var insecure bool
	switch is := o.Typed.(type) {
	case *sourcev1.GitRepository:
		url = is.Spec.URL
	case *sourcev1.HelmRepository:
		url, insecure = is.Spec.URL, is.Spec.Insecure
		if is.Spec.PassCredentials {
			r.add(o, Finding{Field: "spec.passCredentials", Message: "sends the repository's credentials to whatever host a chart's URL names",
				Exploit: "Whoever may edit the repository's index receives the credentials."})
		}
	case *sourcev1.OCIRepository:
		insecure = is.Spec.Insecure
	case *sourcev1.Bucket:
		insecure = is.Spec.Insecure
	case *reflectorv1.ImageRepository:
		insecure = is.Spec.Insecure
	}
	if host := plainHost(url); host != "" {
		r.addf(o, "spec.url", "is fetched over plain HTTP from %s", host)
	}
	if insecure {
		r.addf(o, "spec.insecure", "is fetched without TLS, or without checking it")
	}
}

// plainHost returns the host of an http URL that leads out of the cluster.
func plainHost(url string) string {
	rest, plain := strings.CutPrefix(url, "http://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	if !plain || host == "localhost" || host == "127.0.0.1" || strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local") {
		return ""
	}
	return host
}

func checkPath(_ *model.Model, r *findings, o *model.Object, ks *kustomizev1.Kustomization) {
	if slices.Contains(strings.Split(ks.Spec.Path, "/"), "..") {
		r.addf(o, "spec.path", "%q leads out of the source", ks.Spec.Path)
	}
}

func checkReceiver(m *model.Model, r *findings, o *model.Object, receiver *notificationv1.Receiver) {
	const advisory = "CVE-2026-40109"
	if receiver.Spec.Type != "gcr" {
		return
	}
	severity := Info
	if slices.ContainsFunc(m.Components, func(c model.Component) bool { return c.Name == fluxcmd.Notification }) {
		severity = Warning
		if !affected(m, fluxcmd.Notification, advisory) {
			return
		}
	}
	r.add(o, Finding{Severity: severity, Field: "spec.type", Message: "is of type gcr, which needs notification-controller v1.8.3"})
}
