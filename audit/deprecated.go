package audit

import capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"

// A deprecated is a field that still works, and its replacement.
type deprecated struct{ field, successor string }

// deprecatedIn returns the deprecated fields of a Tenant that are set.
func deprecatedIn(t *capsulev1beta2.Tenant) []deprecated {
	spec := t.Spec
	var found []deprecated
	add := func(set bool, field, successor string) {
		if set {
			found = append(found, deprecated{field, successor})
		}
	}
	add(len(spec.ResourceQuota.Items) > 0, "spec.resourceQuotas", "spec.rules[].quota")
	if o := spec.ServiceOptions; o != nil { // for external IPs no rule takes the place
		add(o.AdditionalMetadata != nil, "spec.serviceOptions.additionalMetadata", "spec.rules[].enforce.metadata")
		add(o.AllowedServices != nil, "spec.serviceOptions.allowedServices", "spec.rules[].enforce.services")
	}
	add(spec.PodOptions != nil, "spec.podOptions", "spec.rules[].enforce.metadata")
	add(spec.ContainerRegistries != nil, "spec.containerRegistries", "spec.rules[].enforce.workloads.registries")
	add(len(spec.ImagePullPolicies) > 0, "spec.imagePullPolicies", "spec.rules[].enforce.workloads.registries")
	// networkPolicies is left out: a tenant could delete NetworkPolicies that a
	// GlobalTenantResource replicates, since the role admin may write them.
	add(len(spec.LimitRanges.Items) > 0, "spec.limitRanges", "a GlobalTenantResource")
	return found
}

// userGroups and userNames return the users of Capsule as older configurations
// list them.
func userGroups(c *capsulev1beta2.CapsuleConfiguration) []string { return c.Spec.UserGroups }
func userNames(c *capsulev1beta2.CapsuleConfiguration) []string  { return c.Spec.UserNames }
