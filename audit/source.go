package audit

import (
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules check that the content that Flux fetches is its author's.
var sourceRules = []rule{
	{"flux-insecure-source", checkInsecureSource},
	{"flux-path", each(checkPath)},
	{"flux-receiver-gcr", each(checkReceiver)},
}

// checkInsecureSource ranges over the objects of everybody: the platform's sources
// are fetched over the same network.
func checkInsecureSource(m *model.Model, r *findings) {
	for _, id := range []string{"url-http", "address-http", "issuer-http", "sts-http"} {
		for _, e := range m.Escapes[id] {
			r.addf(e.Object, e.Field, "leads over plain HTTP out of the cluster")
		}
	}
	for _, e := range m.Escapes["insecure"] {
		r.addf(e.Object, e.Field, "is fetched without TLS, or without checking it")
	}
	for _, e := range m.Escapes["pass-credentials"] {
		r.add(e.Object, Finding{Field: e.Field, Message: "sends the repository's credentials to any host that a chart's URL names",
			Exploit: "Anyone who may edit the repository's index receives the credentials."})
	}
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
