package fleet

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// policies returns the policies' spec, for an old Flux if a cluster has one.
func (p Platform) policies() tenant.PolicySpec {
	all := []string{p.FluxVersion}
	for _, cluster := range p.Clusters {
		all = append(all, cluster.FluxVersion)
	}
	spec := p.Policies
	if i := slices.IndexFunc(all, versions.ReadsKubeconfigFiles); i >= 0 {
		spec.FluxVersion = cmp.Or(spec.FluxVersion, all[i])
	}
	return spec
}

// isolating is the first version of Capsule with the rules of a tenant's isolation.
// An older version drops them and accepts the rest.
var isolating = version.MustParseGeneric("0.14.0")

// oldCapsule returns a version of Capsule of the platform that does not isolate
// tenants; empty if there is none. Versions that do not parse are reported elsewhere.
func (p Platform) oldCapsule() string {
	all := []string{p.Capsule.Version}
	for _, cluster := range p.Clusters {
		all = append(all, cluster.Capsule.Version)
	}
	i := slices.IndexFunc(all, func(text string) bool {
		v, err := version.ParseSemantic(text)
		return err == nil && v.LessThan(isolating)
	})
	if i < 0 {
		return ""
	}
	return all[i]
}

// validateIsolation rejects a tenant that the platform's Capsule would not isolate.
func (p Platform) validateIsolation(spec tenant.Spec) field.ErrorList {
	old := p.oldCapsule()
	if old == "" || spec.Isolation.Profile == tenant.NoProfile {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("isolation", "profile"), cmp.Or(spec.Isolation.Profile, tenant.Baseline),
		"needs Capsule "+isolating.String()+" or later: the platform's "+old+" drops its rules, and isolates nothing")}
}
