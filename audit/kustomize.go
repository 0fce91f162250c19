package audit

import (
	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules look at kustomization.yaml files, which are not objects of a
// cluster but are read like any.
var kustomizeRules = []rule{
	{"kustomize-remote", eachObject(checkRemote)},
	{"kustomize-deprecated-field", eachObject(checkDeprecatedKustomize)},
}

func checkRemote(_ *model.Model, r *findings, o *model.Object) {
	for _, l := range loadsOf(o) {
		eachString(o.Raw, l.path, func(field, text string) {
			address := l.address(text)
			switch {
			case address == "":
			case l.how == asResource && pinnedCommit.MatchString(address):
				r.add(o, Finding{Severity: Info, Field: field, Message: address + " is fetched from elsewhere, and not part of this audit"})
			default:
				r.addf(o, field, "%s is fetched from elsewhere at every build, and not part of this audit", address)
			}
		})
	}
	if o.GroupKind == model.KustomizationFile && o.Raw["helmCharts"] != nil {
		r.add(o, Finding{Field: "helmCharts", Message: "kustomize-controller renders no charts",
			Exploit: "The build fails.", Fix: "Use a HelmRelease (flux.HelmRelease)."})
	}
}

// deprecatedFields are those of a kustomization.yaml.
var deprecatedFields = []deprecated{
	{"bases", "resources"}, {"patchesStrategicMerge", "patches"}, {"patchesJson6902", "patches"},
	{"vars", "replacements"}, {"commonLabels", "labels"},
}

func checkDeprecatedKustomize(_ *model.Model, r *findings, o *model.Object) {
	if o.GroupKind != model.KustomizationFile {
		return
	}
	for _, d := range deprecatedFields {
		if o.Raw[d.field] != nil {
			r.add(o, Finding{Field: d.field, Message: "is deprecated", Fix: "Use " + d.successor + "."})
		}
	}
}
