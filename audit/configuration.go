package audit

import (
	"fmt"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules look at the CapsuleConfiguration, which all tenants share.
var configurationRules = []rule{
	{"capsule-configuration-shared", each(checkConfigurationShared)},
	{"capsule-configuration-name", each(checkConfigurationName)},
	{"capsule-administrator", each(checkAdministrators)},
	{"capsule-prefix", each(checkPrefix)},
}

// checkAdministrators reports administrators of Capsule, who own every Tenant,
// that a tenant can act as.
func checkAdministrators(m *model.Model, r *findings, o *model.Object, configuration *capsulev1beta2.CapsuleConfiguration) {
	for i, user := range configuration.Spec.Administrators {
		subject := rbacv1.Subject{Kind: user.Kind.String(), Name: user.Name}
		if _, ok := model.OwnerAccount(user); ok {
			subject.Kind = rbacv1.UserKind // Capsule names accounts as the API server does
		}
		for _, h := range m.Tenancy.Holders(subject, "") {
			severity := Error
			if h.Shared {
				severity = Warning
			}
			r.add(o, Finding{Severity: severity, Tenant: h.Name(), Field: model.Index("spec.administrators", i),
				Message: fmt.Sprintf("makes %s, as %s, an owner of every Tenant", h, user.Name)})
		}
	}
}

// checkPrefix reports that the tenants of the set choose the names of their
// namespaces freely.
func checkPrefix(m *model.Model, r *findings, o *model.Object, configuration *capsulev1beta2.CapsuleConfiguration) {
	if configuration.Spec.ForceTenantPrefix {
		return
	}
	var free []string
	for tenant, is := range model.All[*capsulev1beta2.Tenant](m.Set) {
		if is.Spec.ForceTenantPrefix == nil || !*is.Spec.ForceTenantPrefix {
			free = append(free, tenant.Ref.Name)
		}
	}
	if len(free) > 0 {
		r.addf(o, "spec.forceTenantPrefix", "lets %s make a namespace of any free name", list(free))
	}
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
