package audit

import (
	"maps"
	"slices"
)

// These rules look for what two tenants must not share.
var fleetRules = []check{
	{Rule{
		ID:         "fleet-shared-home",
		Severity:   Error,
		Title:      "Two tenants share a home namespace",
		Doc:        `The accounts of two tenants live in one namespace, or its label names another tenant than the account in it owns.`,
		Exploit:    "Either tenant requests a token of the other's account, edits its Flux objects and reads its Secrets.",
		Fix:        "Give each tenant a home of its own (tenant.Spec.Home).",
		References: []string{docLockdown},
	}, func(m *model, r *report) {
		for _, name := range slices.Sorted(maps.Keys(m.namespaces)) {
			ns := m.namespaces[name]
			if len(ns.claims) == 0 {
				continue
			}
			at := ns.object
			if at == nil {
				at = ns.tenant.object
			}
			if at != nil {
				r.add(at, Finding{Tenant: ns.tenant.name, Message: "namespace " + ns.name + " is the home of " + list(append([]string{ns.tenant.name}, ns.claims...))})
			}
		}
	}},
	{Rule{
		ID:         "fleet-shared-owner",
		Severity:   Warning,
		Title:      "One ServiceAccount owns two tenants",
		Doc:        `A ServiceAccount, which Flux or a pipeline acts as, owns several Tenants. Users and groups may; people work for several teams. Capsule then wants every Namespace that the account makes to name its tenant.`,
		Exploit:    "Whoever may write to the one tenant's repository writes to the other tenant.",
		Fix:        "Give each tenant an account of its own.",
		References: []string{docOwners},
	}, func(m *model, r *report) {
		owned := map[string][]owner{}
		tenants := map[string][]string{}
		for _, name := range slices.Sorted(maps.Keys(m.tenants)) {
			for _, o := range m.tenants[name].owners {
				if _, _, ok := serviceAccount(o.UserSpec); ok && !slices.Contains(tenants[o.Name], name) {
					owned[o.Name] = append(owned[o.Name], o)
					tenants[o.Name] = append(tenants[o.Name], name)
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(owned)) {
			if len(tenants[name]) < 2 {
				continue
			}
			for i, o := range owned[name] {
				r.add(o.object, Finding{Tenant: tenants[name][i], Field: o.field + ".name", Message: name + " owns tenants " + list(tenants[name])})
			}
		}
	}},
	{Rule{
		ID:         "fleet-shared-hostname",
		Severity:   Warning,
		Title:      "Two tenants may use one host name",
		Doc:        `spec.ingressOptions.allowedHostnames of two Tenants list the same name. With hostnameCollisionScope Cluster on both, Capsule gives it to whoever comes first, and the rule is silent.`,
		Exploit:    "The one tenant makes an Ingress for the other's host and receives its requests, cookies included.",
		Fix:        "Let each host name be one tenant's, or set hostnameCollisionScope: Cluster.",
		References: []string{docCapsuleTenants},
	}, func(m *model, r *report) {
		type use struct {
			at     int
			scoped bool
		}
		uses := map[string][]use{}
		for i, o := range m.tenantObjects {
			options := o.is.Spec.IngressOptions
			if options.AllowedHostnames == nil {
				continue
			}
			for _, host := range options.AllowedHostnames.Exact {
				uses[host] = append(uses[host], use{i, options.HostnameCollisionScope == "Cluster"})
			}
		}
		for _, host := range slices.Sorted(maps.Keys(uses)) {
			var names []string
			all := true
			for _, u := range uses[host] {
				names = append(names, m.tenantObjects[u.at].ref.Name)
				all = all && u.scoped
			}
			if slices.Sort(names); len(slices.Compact(names)) < 2 || all {
				continue
			}
			for _, u := range uses[host] {
				r.addf(m.tenantObjects[u.at].object, "spec.ingressOptions.allowedHostnames", "%s is a host name of %s", host, list(names))
			}
		}
	}},
}
