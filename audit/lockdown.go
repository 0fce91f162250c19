package audit

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules speak of the installation of Flux. They are silent where the set
// holds no tenant, or no controller.
var lockdownRules = []rule{
	{"flux-lockdown-service-account", eachController(checkLockedAccount)},
	{"flux-lockdown-cross-namespace", eachController(checkLockedReferences)},
	{"flux-lockdown-kubeconfig", eachController(checkLockedKubeConfig)},
	{"flux-lockdown-insecure-kubeconfig", eachController(checkInsecureKubeConfig)},
	{"flux-lockdown-remote-bases", eachController(checkLockedBases)},
	{"flux-lockdown-remote-files", eachController(checkRemoteFiles)},
	{"flux-lockdown-source-hosts", eachController(checkSourceHosts)},
	{"flux-lockdown-network", wholeSet(checkNetwork)},
	{"flux-lockdown-depends-on", eachController(checkLockedDependencies)},
	{"flux-lockdown-feature-gate", eachController(checkFeatureGate)},
	{"flux-lockdown-decryption", eachController(checkLockedDecryption)},
}

// A missing is a flag that a controller should have, and probes: objects as a
// tenant could make them that the flag would stop.
type missing struct {
	flag   string
	probes []values
	since  string // the first version of the controller with the feature that the flag stops
}

// check reports the flag if the controller lacks it, unless the controller is too old
// to need it. Where admission policies refuse all probes, the finding is of severity
// info.
func (l missing) check(m *model.Model, r *findings, c model.Controller) {
	if len(m.Tenancy.Tenants) == 0 || c.Has(l.flag) ||
		l.since != "" && c.Before(l.since) {
		return
	}
	f := Finding{Field: c.Args(), Message: fmt.Sprintf("%s runs without --%s", c.Name, l.flag)}
	if c.Object.GroupKind == model.FluxInstanceKind {
		f.Fix = instanceFixes[l.flag]
	}
	if open := openTo(m, l.probes...); len(l.probes) > 0 && len(open) > 0 {
		f.Message += "; no admission policy stands in for it in " + list(open)
	} else if len(l.probes) > 0 && len(m.Tenancy.TenantNamespaces()) > 0 {
		f.Severity = Info
		f.Message += "; admission policies stand in for it"
	}
	r.add(c.Object, f)
}

// instanceFixes say how a FluxInstance sets a flag.
var instanceFixes = map[string]string{
	"default-service-account":            "Set spec.cluster.multitenant: true, and spec.cluster.tenantDefaultServiceAccount.",
	"no-cross-namespace-refs":            "Set spec.cluster.multitenant: true.",
	"no-remote-bases":                    "Set spec.cluster.multitenant: true.",
	"default-kubeconfig-service-account": "Set spec.cluster.objectLevelWorkloadIdentity and spec.cluster.multitenantWorkloadIdentity to true, and spec.cluster.tenantDefaultKubeConfigServiceAccount.",
	"default-decryption-service-account": "Set spec.cluster.objectLevelWorkloadIdentity and spec.cluster.multitenantWorkloadIdentity to true, and spec.cluster.tenantDefaultDecryptionServiceAccount.",
}

// openTo returns the tenants' namespaces in which a probe would be admitted.
func openTo(m *model.Model, probes ...values) []string {
	all := m.Tenancy.TenantNamespaces()
	var open []string
	for _, p := range probes {
		open = append(open, m.Admission.Open(p, all)...)
	}
	slices.Sort(open)
	return slices.Compact(open)
}

func checkLockedAccount(m *model.Model, r *findings, c model.Controller) {
	if probes := map[string][]values{
		fluxcmd.Kustomize: {kustomizationProbe(values{"path": "./"})},
		fluxcmd.Helm:      {releaseProbe(values{"chartRef": values{"kind": "OCIRepository", "name": "x"}})},
	}[c.Name]; probes != nil {
		missing{flag: "default-service-account", probes: probes}.check(m, r, c)
	}
}

func checkLockedReferences(m *model.Model, r *findings, c model.Controller) {
	foreign := values{"kind": "GitRepository", "name": "x", "namespace": "kube-public"}
	if probes := map[string][]values{
		fluxcmd.Kustomize: {kustomizationProbe(values{"serviceAccountName": "x", "sourceRef": foreign})},
		fluxcmd.Helm: {
			releaseProbe(values{"serviceAccountName": "x", "chart": values{"spec": values{"chart": "x", "sourceRef": foreign}}}),
			releaseProbe(values{"serviceAccountName": "x", "chartRef": foreign}),
		},
		fluxcmd.Notification: {
			probe("notification.toolkit.fluxcd.io/v1beta3", "Alert", "spec", values{"providerRef": values{"name": "x"}, "eventSources": []any{foreign}}),
			probe("notification.toolkit.fluxcd.io/v1", "Receiver", "spec", values{"type": "generic", "resources": []any{foreign}}),
		},
		fluxcmd.ImageReflector: {probe("image.toolkit.fluxcd.io/v1", "ImagePolicy", "spec",
			values{"imageRepositoryRef": values{"name": "x", "namespace": "kube-public"}})},
		fluxcmd.ImageAutomation: {probe("image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation", "spec", values{"sourceRef": foreign})},
	}[c.Name]; probes != nil {
		missing{flag: "no-cross-namespace-refs", probes: probes}.check(m, r, c)
	}
}

func checkLockedKubeConfig(m *model.Model, r *findings, c model.Controller) {
	leak := probe("v1", "ConfigMap", "data", values{"provider": "generic", "address": "https://attacker.example.com", "audiences": "https://kubernetes.default.svc"})
	if since := map[string]string{fluxcmd.Kustomize: "1.7.0", fluxcmd.Helm: "1.4.0"}[c.Name]; since != "" {
		missing{flag: "default-kubeconfig-service-account", probes: []values{leak}, since: since}.check(m, r, c)
	}
}

func checkLockedBases(m *model.Model, r *findings, c model.Controller) {
	if c.Name == fluxcmd.Kustomize {
		missing{flag: "no-remote-bases"}.check(m, r, c)
	}
}

func checkLockedDecryption(m *model.Model, r *findings, c model.Controller) {
	if c.Name == fluxcmd.Kustomize && cloudIdentity(m, c) != "" {
		probe := kustomizationProbe(values{"serviceAccountName": "x", "decryption": values{"provider": "sops"}})
		missing{flag: "default-decryption-service-account", probes: []values{probe}}.check(m, r, c)
	}
}

// cloudIdentity returns the annotation that gives the controller's account an
// identity in a cloud.
func cloudIdentity(m *model.Model, c model.Controller) string {
	for o := range model.All[*corev1.ServiceAccount](m.Set) {
		if o.Ref.Namespace != c.Object.Ref.Namespace || o.Ref.Name != c.Account {
			continue
		}
		for annotation := range o.Meta.GetAnnotations() {
			for _, known := range []string{"eks.amazonaws.com/role-arn", "azure.workload.identity/client-id", "iam.gke.io/gcp-service-account"} {
				if strings.EqualFold(annotation, known) {
					return annotation
				}
			}
		}
	}
	return ""
}

func checkInsecureKubeConfig(m *model.Model, r *findings, c model.Controller) {
	if len(m.Tenancy.Tenants) == 0 {
		return
	}
	if c.Has("insecure-kubeconfig-exec") {
		r.addf(c.Object, c.Args(), "%s runs with --insecure-kubeconfig-exec", c.Name)
	}
	if c.Has("insecure-kubeconfig-tls") {
		r.add(c.Object, Finding{Severity: Warning, Field: c.Args(),
			Message: c.Name + " runs with --insecure-kubeconfig-tls",
			Exploit: "An attacker between Flux and the server of a kubeconfig with insecure-skip-tls-verify reads the tenant's token."})
	}
}

func checkLockedDependencies(m *model.Model, r *findings, c model.Controller) {
	dependency := values{"serviceAccountName": "x", "dependsOn": []any{values{"name": "x", "namespace": "kube-public"}}}
	kind, probe, since := "Kustomizations", kustomizationProbe(dependency), "1.7.0"
	switch c.Name {
	case fluxcmd.Kustomize:
	case fluxcmd.Helm:
		kind, probe, since = "HelmReleases", releaseProbe(dependency), "1.4.0"
	default:
		return
	}
	if c.Before(since) { // it has no readyExpr
		return
	}
	if open := openTo(m, probe); len(open) > 0 {
		r.addf(c.Object, "", "no admission policy keeps %s in %s from depending on other namespaces", kind, list(open))
	}
}

func checkFeatureGate(m *model.Model, r *findings, c model.Controller) {
	if c.Gate(model.WorkloadIdentityGate) {
		return
	}
	flags := []string{"default-kubeconfig-service-account", "default-decryption-service-account"}
	if c.Name != fluxcmd.Kustomize && c.Name != fluxcmd.Helm {
		flags = append(flags, "default-service-account")
	}
	for _, flag := range flags {
		if c.Has(flag) {
			r.addf(c.Object, c.Args(), "%s has --%s without --feature-gates=%s=true: it does not start", c.Name, flag, model.WorkloadIdentityGate)
		}
	}
	if users := tokenless(m, c.Name); len(users) > 0 {
		r.addf(c.Object, c.Args(), "%s lacks --feature-gates=%s=true, which %s with kubeConfig.configMapRef need", c.Name, model.WorkloadIdentityGate, list(users))
	}
}

// tokenless names the objects whose kubeConfig ConfigMap names an account.
func tokenless(m *model.Model, controller string) []string {
	var users []string
	for _, a := range m.Appliers {
		if cm, _ := configMapOf(m, a); a.Controller == controller && cm != nil && cm.Data["serviceAccountName"] != "" {
			users = append(users, a.Object.Ref.String())
		}
	}
	return users
}

type values = map[string]any

// probe returns an object that a tenant could make, with only the fields of the
// attack.
func probe(apiVersion, kind, field string, content values) values {
	return values{"apiVersion": apiVersion, "kind": kind, "metadata": values{"name": "probe"}, field: content}
}

func kustomizationProbe(spec values) values {
	return probe("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "spec", spec)
}

func releaseProbe(spec values) values {
	return probe("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec", spec)
}

// list joins names for a message, no more than three of them.
func list(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", …"
}
