package audit

import (
	"maps"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules look for what two tenants must not share.
var fleetRules = []rule{
	{"fleet-shared-home", eachNamespace(checkSharedHome)},
	{"fleet-shared-owner", wholeSet(checkSharedOwner)},
	{"fleet-shared-hostname", wholeSet(checkSharedHostname)},
}

func checkSharedHome(_ *model.Model, r *findings, ns *model.Namespace) {
	if len(ns.Claims) == 0 {
		return
	}
	at := ns.Object
	if at == nil {
		at = ns.Tenant.Object
	}
	if at != nil {
		r.add(at, Finding{Tenant: ns.Tenant.Name, Message: "namespace " + ns.Name + " is the home of " + list(append([]string{ns.Tenant.Name}, ns.Claims...))})
	}
}

func checkSharedOwner(m *model.Model, r *findings) {
	owned := map[string][]model.Owner{}
	tenants := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(m.Tenancy.Tenants)) {
		for _, o := range m.Tenancy.Tenants[name].Owners {
			user := o.Spec.Name
			if _, ok := model.OwnerAccount(o.Spec.UserSpec); ok && !slices.Contains(tenants[user], name) {
				owned[user] = append(owned[user], o)
				tenants[user] = append(tenants[user], name)
			}
		}
	}
	for _, user := range slices.Sorted(maps.Keys(owned)) {
		if len(tenants[user]) < 2 {
			continue
		}
		for i, o := range owned[user] {
			r.add(o.Object, Finding{Tenant: tenants[user][i], Field: o.Field + ".name", Message: user + " owns tenants " + list(tenants[user])})
		}
	}
}

func checkSharedHostname(m *model.Model, r *findings) {
	type use struct {
		tenant *model.Object
		scoped bool
	}
	uses := map[string][]use{}
	for o, tenant := range model.All[*capsulev1beta2.Tenant](m.Set) {
		options := tenant.Spec.IngressOptions
		if options.AllowedHostnames == nil {
			continue
		}
		for _, host := range options.AllowedHostnames.Exact {
			uses[host] = append(uses[host], use{o, options.HostnameCollisionScope == "Cluster"})
		}
	}
	for _, host := range slices.Sorted(maps.Keys(uses)) {
		var names []string
		all := true
		for _, u := range uses[host] {
			names = append(names, u.tenant.Ref.Name)
			all = all && u.scoped
		}
		if slices.Sort(names); len(slices.Compact(names)) < 2 || all {
			continue
		}
		for _, u := range uses[host] {
			r.addf(u.tenant, "spec.ingressOptions.allowedHostnames", "%s is a host name of %s", host, list(names))
		}
	}
}
