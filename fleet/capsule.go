package fleet

import (
	"strconv"
	"strings"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

const (
	capsuleChart = "oci://ghcr.io/projectcapsule/charts/capsule"
	proxyChart   = "oci://ghcr.io/projectcapsule/charts/capsule-proxy"

	// The accounts that Flux's own installation binds to cluster-admin. Objects
	// of the platform name them, since the lockdown's default account is one
	// without privileges.
	helmController      = "helm-controller"
	kustomizeController = "kustomize-controller"
)

// capsule makes Capsule's and Capsule Proxy's releases, in Flux's namespace,
// where helm-controller's own account is, into Capsule's.
func (b *platformBuilder) capsule() {
	p := b.platform
	b.bundle.CapsuleNamespace = &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name:   CapsuleNamespace,
			Labels: map[string]string{names.PodSecurityLabel: "baseline"},
		},
	}
	b.bundle.CapsuleChart, b.bundle.CapsuleRelease = b.release("capsule", capsuleChart, p.Capsule.Version,
		p.capsuleValues(), p.Capsule.Values)
	if p.Proxy.Omit {
		return
	}
	b.bundle.ProxyChart, b.bundle.ProxyRelease = b.release("capsule-proxy", proxyChart, p.Proxy.Version,
		p.proxyValues(), p.Proxy.Values, flux.DependsOn(b.bundle.CapsuleRelease))
}

func (b *platformBuilder) release(name, url, version string, values, more map[string]any, opts ...flux.HelmReleaseOption) (*sourcev1.OCIRepository, *helmv2.HelmRelease) {
	path := strings.TrimPrefix(name, "capsule-")
	chart, err := flux.OCIRepository(FluxNamespace, name, url,
		flux.Tag(version), flux.Interval(time.Hour),
		flux.Layer{MediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Operation: sourcev1.OCILayerCopy})
	b.Note(err, "spec.ref.tag", path+".version", "spec", path)

	release, err := flux.HelmRelease(FluxNamespace, name, flux.From(&sourcev1.OCIRepository{ObjectMeta: metav1.ObjectMeta{Namespace: FluxNamespace, Name: name}}),
		append([]flux.HelmReleaseOption{
			flux.Interval(b.platform.Interval.Duration),
			flux.ServiceAccount(helmController),
			flux.ReleaseName(name),
			flux.TargetNamespace(CapsuleNamespace),
			flux.StorageNamespace(CapsuleNamespace),
			flux.CRDs("CreateReplace"),
			flux.Retries(3),
			flux.Values(values),
			flux.Values(orEmpty(more)),
		}, opts...)...)
	b.Note(err, "spec.values", path+".values", "spec", path)
	return chart, release
}

func orEmpty(values map[string]any) map[string]any {
	if values == nil {
		return map[string]any{}
	}
	return values
}

func (p Platform) capsuleValues() map[string]any {
	return map[string]any{
		"manager": map[string]any{"options": map[string]any{
			"users":                   orNone(p.Capsule.Users),
			"administrators":          orNone(p.Capsule.Administrators),
			"ignoreUserWithGroups":    orNone(p.Capsule.IgnoreUserWithGroups),
			"forceTenantPrefix":       p.Capsule.ForceTenantPrefix,
			"protectedNamespaceRegex": p.Capsule.ProtectedNamespaces,
		}},
		"certManager": map[string]any{"generateCertificates": p.CertManager},
		"tls":         map[string]any{"enableController": !p.CertManager, "create": !p.CertManager},
	}
}

func (p Platform) proxyValues() map[string]any {
	options := map[string]any{
		"generateCertificates": !p.CertManager,
		"logLevel":             4,
	}
	certManager := map[string]any{"generateCertificates": p.CertManager}
	if len(p.Proxy.DNSNames) > 0 {
		options["additionalSANs"] = p.Proxy.DNSNames
		certManager["certificate"] = map[string]any{"dnsNames": p.Proxy.DNSNames}
	}
	return map[string]any{"options": options, "certManager": certManager}
}

// orNone makes an empty list, which clears the chart's default, of none at all.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// oldestCapsule is the first release without known advisories.
var oldestCapsule = version.MustParseGeneric("0.13.0")

func (p Platform) validateCapsule() field.ErrorList {
	path := field.NewPath("capsule")
	errs := validateVersion(path.Child("version"), p.Capsule.Version)
	for i, user := range p.Capsule.Users {
		errs = append(errs, capsule.ValidateSubject(path.Child("users").Index(i), user)...)
	}
	for i, administrator := range p.Capsule.Administrators {
		errs = append(errs, capsule.ValidateSubject(path.Child("administrators").Index(i), administrator)...)
	}
	for i, group := range p.Capsule.IgnoreUserWithGroups {
		errs = append(errs, validate.Required(path.Child("ignoreUserWithGroups").Index(i), group)...)
	}
	return append(errs, validate.Regexp(path.Child("protectedNamespaces"), p.Capsule.ProtectedNamespaces)...)
}

func (p Platform) validateProxy() field.ErrorList {
	path := field.NewPath("proxy")
	errs := validateVersion(path.Child("version"), p.Proxy.Version)
	for i, name := range p.Proxy.DNSNames {
		errs = append(errs, validate.Subdomain(path.Child("dnsNames").Index(i), name)...)
	}
	options, _ := p.Proxy.Values["options"].(map[string]any)
	if level := options["logLevel"]; level != nil && !quiet(level) {
		errs = append(errs, field.Invalid(path.Child("values", "options", "logLevel"), level, "must be less than 10: from there on the proxy logs bearer tokens"))
	}
	args, _ := options["extraArgs"].([]any)
	for i, arg := range args {
		if text, _ := arg.(string); strings.Contains(text, "SkipImpersonationReview=true") {
			errs = append(errs, field.Forbidden(path.Child("values", "options", "extraArgs").Index(i), "SkipImpersonationReview lets every tenant impersonate whom it likes"))
		}
	}
	return errs
}

// quiet tells whether a log level, a number of whatever type YAML and JSON make
// of it, is below the one that shows tokens.
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

func validateVersion(path *field.Path, text string) field.ErrorList {
	v, err := version.ParseSemantic(text)
	if err != nil {
		return field.ErrorList{field.Invalid(path, text, "must be a version, such as "+DefaultCapsuleVersion)}
	}
	if v.LessThan(oldestCapsule) {
		return field.ErrorList{field.Invalid(path, text, "must be "+oldestCapsule.String()+" or later, for the advisories against earlier ones")}
	}
	return nil
}
