package fleet

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/advisories"
	"github.com/fluxcapsule/fluxcapsule/internal/source"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

func (p Platform) validate() field.ErrorList {
	errs := source.Validate(nil, p.Git.Spec(), p.OCI.Spec())
	if strings.HasPrefix(p.Folder, "/") {
		errs = append(errs, field.Invalid(field.NewPath("folder"), p.Folder, "must be relative to the root of the repository"))
	}
	errs = append(errs, validate.SourcePath(field.NewPath("folder"), p.Folder)...)
	errs = append(errs, validate.Duration(field.NewPath("interval"), p.Interval)...)
	errs = append(errs, versions.Validate(field.NewPath("fluxVersion"), versions.Flux, p.FluxVersion)...)
	errs = append(errs, p.Capsule.validate(field.NewPath("capsule"))...)
	errs = append(errs, p.Proxy.validate(field.NewPath("proxy"))...)
	errs = append(errs, p.Policies.Validate(field.NewPath("policies"))...)
	if p.Renewal != nil {
		errs = append(errs, p.Renewal.Validate(field.NewPath("renewal"))...)
	}
	clusters := field.NewPath("clusters")
	if len(p.Clusters) == 0 {
		errs = append(errs, field.Required(clusters, ""))
	}
	seen := map[string]bool{}
	for i, cluster := range p.Clusters {
		errs = append(errs, cluster.validate(clusters.Index(i))...)
		if seen[cluster.Name] {
			errs = append(errs, field.Duplicate(clusters.Index(i).Child("name"), cluster.Name))
		}
		seen[cluster.Name] = true
	}
	return errs
}

func (c Cluster) validate(path *field.Path) field.ErrorList {
	errs := validate.Label(path.Child("name"), c.Name)
	for i, name := range c.Tenants {
		errs = append(errs, validate.Label(path.Child("tenants").Index(i), name)...)
	}
	if !c.Git.IsZero() || !c.OCI.IsZero() {
		errs = append(errs, source.Validate(path, c.Git.Spec(), c.OCI.Spec())...)
	}
	errs = append(errs, versions.Validate(path.Child("fluxVersion"), versions.Flux, c.FluxVersion)...)
	errs = append(errs, c.Capsule.validate(path.Child("capsule"), advisories.Capsule)...)
	errs = append(errs, c.Proxy.validate(path.Child("proxy"), advisories.CapsuleProxy)...)
	errs = append(errs, validateProxyOptions(path.Child("proxy", "values", "options"), c.Proxy.Values)...)
	for i, patch := range c.Patches {
		if patch.Target == nil {
			errs = append(errs, field.Required(path.Child("patches").Index(i).Child("target"), ""))
		}
	}
	errs = append(errs, validate.SourcePath(path.Child("path"), c.Path)...)
	for _, name := range slices.Sorted(maps.Keys(c.Substitute)) {
		errs = append(errs, validate.Variable(path.Child("substitute").Key(name), name)...)
	}
	if c.Access.IsZero() {
		return errs
	}
	if !c.Access.Tokenless() {
		errs = append(errs, field.Forbidden(path.Child("access", "secretRef"), "only tokenless access can differ by cluster: a Secret is the cluster's own anyway"))
	}
	return append(errs, c.Access.Validate(path.Child("access"))...)
}

func (c Capsule) validate(path *field.Path) field.ErrorList {
	errs := validateVersion(path.Child("version"), advisories.Capsule, c.Version)
	for i, user := range c.Users {
		errs = append(errs, subject.Validate(path.Child("users").Index(i), user)...)
	}
	for i, administrator := range c.Administrators {
		errs = append(errs, subject.Validate(path.Child("administrators").Index(i), administrator)...)
	}
	for i, group := range c.IgnoreUserWithGroups {
		errs = append(errs, validate.Required(path.Child("ignoreUserWithGroups").Index(i), group)...)
	}
	errs = append(errs, validate.Regexp(path.Child("protectedNamespaces"), c.ProtectedNamespaces)...)
	return append(errs, validateValues(path.Child("values"), c.Values)...)
}

func (c CapsuleProxy) validate(path *field.Path) field.ErrorList {
	errs := validateVersion(path.Child("version"), advisories.CapsuleProxy, c.Version)
	for i, name := range c.DNSNames {
		errs = append(errs, validate.Subdomain(path.Child("dnsNames").Index(i), name)...)
	}
	errs = append(errs, validateProxyOptions(path.Child("values", "options"), c.Values)...)
	return append(errs, validateValues(path.Child("values"), c.Values)...)
}

// validateProxyOptions rejects values with which Capsule Proxy logs tokens or does
// not check impersonation.
func validateProxyOptions(path *field.Path, values map[string]any) field.ErrorList {
	var errs field.ErrorList
	options, _ := values["options"].(map[string]any)
	if level := options["logLevel"]; level != nil && !quiet(level) {
		errs = append(errs, field.Invalid(path.Child("logLevel"), level, "must be less than 10: from there on the proxy logs bearer tokens"))
	}
	args, _ := options["extraArgs"].([]any)
	for i, arg := range args {
		if text, _ := arg.(string); strings.Contains(text, "SkipImpersonationReview=true") {
			errs = append(errs, field.Forbidden(path.Child("extraArgs").Index(i), "SkipImpersonationReview lets every tenant impersonate whom it likes"))
		}
	}
	return errs
}

func (r Release) validate(path *field.Path, component string) field.ErrorList {
	var errs field.ErrorList
	if r.Version != "" {
		errs = validateVersion(path.Child("version"), component, r.Version)
	}
	return append(errs, validateValues(path.Child("values"), r.Values)...)
}

// validateValues checks that the values can be written as JSON.
func validateValues(path *field.Path, values map[string]any) field.ErrorList {
	if _, err := flux.Values(values); err != nil {
		return field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())}
	}
	return nil
}

// quiet reports whether a log level, a number of any type, is below the level that
// shows tokens.
func quiet(level any) bool {
	var n float64
	switch level := level.(type) {
	case int:
		n = float64(level)
	case int64:
		n = float64(level)
	case float64:
		n = level
	case string:
		var err error
		if n, err = strconv.ParseFloat(level, 64); err != nil {
			return false
		}
	default:
		return false
	}
	return n < 10
}

func validateVersion(path *field.Path, component, text string) field.ErrorList {
	v, err := version.ParseSemantic(text)
	if err != nil || strings.HasPrefix(text, "v") {
		return field.ErrorList{field.Invalid(path, text, "must be the version of a chart, such as "+DefaultCapsuleVersion+", without a v")}
	}
	if oldest := advisories.Oldest(component); v.LessThan(version.MustParseGeneric(oldest)) {
		return field.ErrorList{field.Invalid(path, text, "must be "+oldest+" or later, for the advisories against earlier ones")}
	}
	return nil
}
