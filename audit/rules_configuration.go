package audit

import "slices"

// These rules look at the CapsuleConfiguration, which all tenants share.
var configurationRules = []check{
	{Rule{
		ID:       "capsule-configuration-shared",
		Severity: Warning,
		Title:    "The shared CapsuleConfiguration is in git",
		Doc: `Capsule's chart owns the CapsuleConfiguration "default", its webhook settings included. One in git replaces its list of users
whole (the last writer wins) and takes the object away when a Kustomization that prunes loses it. The recipe of 2022 did so to
register each tenant. Objects read from a cluster are left alone, and so is one with the annotation
kustomize.toolkit.fluxcd.io/prune: disabled that sets nodeMetadata.`,
		Exploit:    "Off-boarding the tenant whose folder holds it deletes Capsule's webhooks, and with them every rule for every tenant.",
		Fix:        "Set the configuration through the values of Capsule's chart. A TenantOwner is a Capsule user by itself (capsule.TenantOwner).",
		References: []string{"https://projectcapsule.dev/docs/operating/setup/configuration/"},
	}, func(m *model, r *report) {
		for _, o := range m.configurations {
			if o.live() {
				continue
			}
			if !keptFromPruning(o.object) {
				r.addf(o.object, "", "is in a manifest, beside the one that Capsule's chart makes")
			}
			if o.is.Spec.NodeMetadata == nil {
				r.add(o.object, Finding{Field: "spec.nodeMetadata", Message: "is missing, which makes the webhook of Capsule 0.14 dereference a nil pointer",
					Exploit: "Requests to change nodes fail.", Fix: "Set spec.nodeMetadata, if only to empty lists."})
			}
		}
	}},
	{Rule{
		ID:         "capsule-configuration-name",
		Severity:   Warning,
		Title:      "A CapsuleConfiguration that Capsule does not read",
		Doc:        `Capsule reads the one configuration that its flag --configuration-name names, "default" unless changed.`,
		Exploit:    "Nothing in it has an effect.",
		Fix:        "Name it default.",
		References: []string{"https://projectcapsule.dev/docs/operating/setup/configuration/"},
	}, func(m *model, r *report) {
		for _, d := range m.deployments {
			if component(d.is) == "capsule" {
				for _, c := range d.is.Spec.Template.Spec.Containers {
					if name := flagValue(slices.Concat(c.Command, c.Args), "configuration-name"); name != "" && name != "default" {
						return
					}
				}
			}
		}
		for _, o := range m.configurations {
			if o.ref.Name != "default" {
				r.addf(o.object, "metadata.name", "is %q, and Capsule reads \"default\"", o.ref.Name)
			}
		}
	}},
}

// keptFromPruning tells whether an annotation keeps Flux from deleting the
// object.
func keptFromPruning(o *object) bool {
	return o.meta.GetAnnotations()["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
}
