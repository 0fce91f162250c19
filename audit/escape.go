package audit

import (
	"cmp"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// These rules say what the table of internal/tenancy refuses to tenants, where no
// rule of its own says it better.
var escapeRules = []rule{
	{"flux-own-servers", eachEscape(reportEscape, "url-flux", "address-flux", "issuer-flux", "sts-flux", "endpoint-flux")},
	{"flux-proxy", eachEscape(reportEscape, "proxy", "provider-proxy")},
	{"flux-google-credentials", eachEscape(reportEscape, "decryption-google", "provider-google")},
	{"flux-times", join(
		eachEscape(reportEscape, "timeout", "install-timeout", "upgrade-timeout", "rollback-timeout", "uninstall-timeout", "test-timeout",
			"interval", "retry-interval", "install-retry-interval", "upgrade-retry-interval", "chart-interval"),
		eachEscape(reportDefaultTimeout, "default-timeout", "default-image-timeout"),
	)},
	{"flux-opt-out", eachEscape(reportEscape, "opt-out-annotations", "opt-out-labels", "chart-mark")},
}

// reportEscape reports an escape in the words of the table.
func reportEscape(m *model.Model, r *findings, e model.Escape) {
	severity, suffix := softened(m, e.Object, r.rule.Severity)
	r.add(e.Object, Finding{Severity: severity, Field: e.Field, Message: e.Rule.Message + suffix})
}

// reportDefaultTimeout reports a timeout that nobody set, which is no attack.
func reportDefaultTimeout(_ *model.Model, r *findings, e model.Escape) {
	r.add(e.Object, Finding{Severity: Info, Field: e.Field, Message: e.Rule.Message})
}

// controllerOf returns the controller that reconciles an object of Flux.
func controllerOf(o *model.Object) string {
	controller := map[string]string{
		model.FluxGroup("kustomize"):    fluxcmd.Kustomize,
		model.FluxGroup("helm"):         fluxcmd.Helm,
		model.FluxGroup("source"):       fluxcmd.Source,
		model.FluxGroup("notification"): fluxcmd.Notification,
		model.FluxGroup("image"):        fluxcmd.ImageReflector,
		names.SourceExtensions:          fluxcmd.SourceWatcher,
	}[o.GroupKind.Group]
	if o.GroupKind.Kind == "ImageUpdateAutomation" {
		controller = fluxcmd.ImageAutomation
	}
	return cmp.Or(controller, "flux-operator")
}
