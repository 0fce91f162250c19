package audit

import (
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules look at the CapsuleConfiguration, which all tenants share.
var configurationRules = []rule{
	{"capsule-configuration-shared", each(checkConfigurationShared)},
	{"capsule-configuration-name", each(checkConfigurationName)},
}

func checkConfigurationShared(_ *model.Model, r *findings, o *model.Object, configuration *capsulev1beta2.CapsuleConfiguration) {
	if o.Live() {
		return
	}
	if !keptFromPruning(o) {
		r.addf(o, "", "is in a manifest, beside the one that Capsule's chart makes")
	}
	if configuration.Spec.NodeMetadata == nil {
		r.add(o, Finding{Field: "spec.nodeMetadata", Message: "is missing, which makes the webhook of Capsule 0.14 dereference a nil pointer",
			Exploit: "Requests to change nodes fail.", Fix: "Set spec.nodeMetadata, if only to empty lists."})
	}
}

func checkConfigurationName(m *model.Model, r *findings, o *model.Object, _ *capsulev1beta2.CapsuleConfiguration) {
	for _, d := range model.All[*appsv1.Deployment](m.Set) {
		if model.ProgramOf(d) != "capsule" {
			continue
		}
		for _, c := range d.Spec.Template.Spec.Containers {
			if name := fluxcmd.Parse(slices.Concat(c.Command, c.Args))["configuration-name"]; name != "" && name != "default" {
				return
			}
		}
	}
	if o.Ref.Name != "default" {
		r.addf(o, "metadata.name", "is %q, and Capsule reads \"default\"", o.Ref.Name)
	}
}

// keptFromPruning reports whether an annotation keeps Flux from deleting the
// object.
func keptFromPruning(o *model.Object) bool {
	return o.Meta.GetAnnotations()["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
}
