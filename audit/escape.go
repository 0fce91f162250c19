package audit

import (
	"cmp"
	"time"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// These rules report what the table of internal/tenancy rejects, unless a rule of its
// own reports it.
var escapeRules = []rule{
	{"flux-own-servers", eachEscape(reportEscape, "url-flux", "address-flux", "issuer-flux", "sts-flux", "endpoint-flux", "image-flux")},
	{"flux-proxy", eachEscape(reportEscape, "proxy", "provider-proxy")},
	{"flux-google-credentials", eachEscape(reportEscape, "decryption-google", "provider-google")},
	{"flux-times", join(
		eachEscape(reportEscape, "timeout", "step-timeout", "operator-timeout", "operator-interval", "install-timeout", "upgrade-timeout", "rollback-timeout", "uninstall-timeout", "test-timeout",
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

// reportDefaultTimeout reports an object whose timeout is its interval, since none is
// set. Up to an hour, which is a usual interval, the severity is info.
func reportDefaultTimeout(m *model.Model, r *findings, e model.Escape) {
	severity, suffix := Info, ""
	if interval := intervalOf(e.Object); interval > time.Hour {
		severity, suffix = softened(m, e.Object, Warning)
	}
	r.add(e.Object, Finding{Severity: severity, Field: e.Field, Message: e.Rule.Message + suffix})
}

// intervalOf returns the interval of an object whose timeout follows from it.
func intervalOf(o *model.Object) time.Duration {
	switch is := o.Typed.(type) {
	case *kustomizev1.Kustomization:
		return is.Spec.Interval.Duration
	case *reflectorv1.ImageRepository:
		return is.Spec.Interval.Duration
	}
	return 0
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
