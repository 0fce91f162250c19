package fleet

import (
	"errors"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

const (
	capsuleChart = "oci://ghcr.io/projectcapsule/charts/capsule"
	proxyChart   = "oci://ghcr.io/projectcapsule/charts/capsule-proxy"

	// The accounts that Flux's own installation binds to cluster-admin. Objects of the
	// platform name them, since the lockdown's default account has no privileges.
	helmController      = "helm-controller"
	kustomizeController = "kustomize-controller"
)

func capsuleNamespace() *corev1.Namespace {
	return &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: CapsuleNamespace, Labels: map[string]string{names.PodSecurityLabel: "baseline"}},
	}
}

// A release is a chart and the HelmRelease that installs it. They are in Flux's
// namespace, with helm-controller's account, and install into Capsule's namespace.
type release struct {
	chart   *sourcev1.OCIRepository
	release *helmv2.HelmRelease
}

func capsuleObjects(p Platform) (release, error) {
	return releaseObjects(p, "capsule", capsuleChart, p.Capsule.Version, p.capsuleValues(), p.Capsule.Values)
}

// proxyObjects installs Capsule Proxy after Capsule, unless it is omitted.
func proxyObjects(p Platform) (release, error) {
	if p.Proxy.Omit {
		return release{}, nil
	}
	return releaseObjects(p, "capsule-proxy", proxyChart, p.Proxy.Version, p.proxyValues(), p.Proxy.Values, "capsule")
}

func releaseObjects(p Platform, name, url, version string, values, more map[string]any, after ...string) (release, error) {
	metadata := metav1.ObjectMeta{Namespace: FluxNamespace, Name: name}
	chart, err1 := flux.OCIRepository(metadata, sourcev1.OCIRepositorySpec{
		URL:       url,
		Interval:  metav1.Duration{Duration: time.Hour},
		Reference: &sourcev1.OCIRepositoryRef{Tag: version},
		LayerSelector: &sourcev1.OCILayerSelector{
			MediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Operation: sourcev1.OCILayerCopy,
		},
	})
	merged, err2 := mergedValues(values, more)
	spec := helmv2.HelmReleaseSpec{
		ChartRef:           &helmv2.CrossNamespaceSourceReference{Kind: sourcev1.OCIRepositoryKind, Name: name},
		Interval:           p.Interval,
		ServiceAccountName: helmController,
		ReleaseName:        name,
		TargetNamespace:    CapsuleNamespace,
		StorageNamespace:   CapsuleNamespace,
		Values:             merged,
	}
	for _, name := range after {
		spec.DependsOn = append(spec.DependsOn, helmv2.DependencyReference{Name: name})
	}
	flux.ManageCRDs(&spec, helmv2.CreateReplace)
	flux.Remediate(&spec, 3)
	helm, err3 := flux.HelmRelease(metadata, spec)
	return release{chart, helm}, errors.Join(err1, err2, err3)
}

// mergedValues returns the values with others merged over them.
func mergedValues(values, more map[string]any) (*apiextensionsv1.JSON, error) {
	first, err1 := flux.Values(values)
	if more == nil {
		return first, err1
	}
	second, err2 := flux.Values(more)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	return flux.MergeValues(first, second)
}

// The charts' defaults of one worker and 20 requests a second have one new tenant wait
// for minutes, since each new TenantOwner makes Capsule reconcile every Tenant. These
// are the values that the end-to-end tests run with.
const (
	capsuleWorkers  = 4
	requestsASecond = 200
	requestsAtOnce  = 400
)

func (p Platform) capsuleValues() map[string]any {
	return map[string]any{
		"manager": map[string]any{"options": map[string]any{
			"workers":                 capsuleWorkers,
			"clientConnectionQPS":     requestsASecond,
			"clientConnectionBurst":   requestsAtOnce,
			"users":                   orNone(p.Capsule.Users),
			"administrators":          orNone(p.Capsule.Administrators),
			"ignoreUserWithGroups":    orNone(p.Capsule.IgnoreUserWithGroups),
			"forceTenantPrefix":       *p.Capsule.ForceTenantPrefix,
			"protectedNamespaceRegex": p.Capsule.ProtectedNamespaces,
		}},
		"certManager": map[string]any{"generateCertificates": p.CertManager},
		"tls":         map[string]any{"enableController": !p.CertManager, "create": !p.CertManager},
	}
}

func (p Platform) proxyValues() map[string]any {
	options := map[string]any{
		"generateCertificates":  !p.CertManager,
		"logLevel":              4,
		"clientConnectionQPS":   requestsASecond,
		"clientConnectionBurst": requestsAtOnce,
	}
	certManager := map[string]any{"generateCertificates": p.CertManager}
	if len(p.Proxy.DNSNames) > 0 {
		options["additionalSANs"] = p.Proxy.DNSNames
		certManager["certificate"] = map[string]any{"dnsNames": p.Proxy.DNSNames}
	}
	return map[string]any{"options": options, "certManager": certManager}
}

// orNone makes a nil list empty, which clears the chart's default.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
