package audit

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
)

const (
	docLockdown   = "https://fluxcd.io/flux/installation/configuration/multitenancy/"
	docIdentity   = "https://fluxcd.io/flux/installation/configuration/workload-identity/"
	docKubeConfig = "https://fluxcd.io/flux/components/kustomize/kustomizations/#kubeconfig-remote-clusters--cluster-api"
	docDependsOn  = "https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies"
)

// These rules speak of the installation of Flux. They are silent where the set
// holds no tenant, or no controller.
var lockdownRules = []check{
	{Rule{
		ID:       "flux-lockdown-service-account",
		Severity: Error,
		Title:    "Flux acts with its own rights for tenants that name no account",
		Doc: `kustomize-controller and helm-controller impersonate the account that a Kustomization or HelmRelease names.
Where it names none they use --default-service-account, and without that flag their own, which is cluster-admin.
An admission policy that refuses objects without spec.serviceAccountName does as well; the finding is then of severity info.`,
		Exploit:    "A tenant commits a Kustomization or HelmRelease without serviceAccountName; Flux applies what it brings as cluster-admin.",
		Fix:        "Add --default-service-account=gitops-reconciler to the controller's args (package flux/lockdown), or apply tenant.IdentityPolicy.",
		References: []string{docLockdown},
	}, func(m *model, r *report) {
		m.missingFlag(r, kustomizeController, "default-service-account",
			probe("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "spec", values{"path": "./"}))
		m.missingFlag(r, helmController, "default-service-account",
			probe("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec", values{"chartRef": values{"kind": "OCIRepository", "name": "x"}}))
	}},
	{Rule{
		ID:       "flux-lockdown-cross-namespace",
		Severity: Error,
		Title:    "Flux follows references into other namespaces",
		Doc: `Without --no-cross-namespace-refs a tenant's Flux objects may use sources, charts, image repositories and events of any namespace.
source-controller has no such flag and needs none. Admission policies that refuse such references do as well; the finding is then of severity info.`,
		Exploit:    "A tenant's Kustomization names another tenant's GitRepository as its source and unpacks the private repository into the tenant's own namespace.",
		Fix:        "Add --no-cross-namespace-refs=true to the controller's args (package flux/lockdown), or apply tenant.ReferencePolicy.",
		References: []string{docLockdown},
	}, func(m *model, r *report) {
		const flag = "no-cross-namespace-refs"
		foreign := values{"kind": "GitRepository", "name": "x", "namespace": "kube-public"}
		m.missingFlag(r, kustomizeController, flag, probe("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "spec",
			values{"serviceAccountName": "x", "sourceRef": foreign}))
		m.missingFlag(r, helmController, flag, probe("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec",
			values{"serviceAccountName": "x", "chart": values{"spec": values{"chart": "x", "sourceRef": foreign}}}),
			probe("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec", values{"serviceAccountName": "x", "chartRef": foreign}))
		m.missingFlag(r, notificationController, flag, probe("notification.toolkit.fluxcd.io/v1beta3", "Alert", "spec",
			values{"providerRef": values{"name": "x"}, "eventSources": []any{foreign}}),
			probe("notification.toolkit.fluxcd.io/v1", "Receiver", "spec", values{"type": "generic", "resources": []any{foreign}}))
		m.missingFlag(r, reflectorController, flag, probe("image.toolkit.fluxcd.io/v1", "ImagePolicy", "spec",
			values{"imageRepositoryRef": values{"name": "x", "namespace": "kube-public"}}))
		m.missingFlag(r, automationController, flag, probe("image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation", "spec",
			values{"sourceRef": foreign}))
	}},
	{Rule{
		ID:       "flux-lockdown-kubeconfig",
		Severity: Error,
		Title:    "Flux sends its own token to the server a tenant names",
		Doc: `A kubeConfig.configMapRef may point at a ConfigMap without serviceAccountName. Flux then requests a token for the
controller's own account and sends it to the address in the ConfigMap. --default-kubeconfig-service-account names the account
to take instead; it needs --feature-gates=ObjectLevelWorkloadIdentity=true. An admission policy that refuses such ConfigMaps
does as well. Controllers older than Flux 2.7 know no configMapRef.`,
		Exploit:    "A tenant commits a ConfigMap with the address of a server of the tenant's own and the API server's audience, and reads the token of kustomize-controller, which is cluster-admin, from that server's log.",
		Fix:        "Add --default-kubeconfig-service-account and --feature-gates=ObjectLevelWorkloadIdentity=true to the controller's args (package flux/lockdown), or apply tenant.IdentityPolicy.",
		References: []string{docKubeConfig, docIdentity},
	}, func(m *model, r *report) {
		leak := probe("v1", "ConfigMap", "data", values{"provider": "generic", "address": "https://attacker.example.com", "audiences": "https://kubernetes.default.svc"})
		m.missingFlagSince(r, version.MustParseGeneric("1.7.0"), kustomizeController, "default-kubeconfig-service-account", leak)
		m.missingFlagSince(r, version.MustParseGeneric("1.4.0"), helmController, "default-kubeconfig-service-account", leak)
	}},
	{Rule{
		ID:       "flux-lockdown-insecure-kubeconfig",
		Severity: Error,
		Title:    "Flux runs the programs that a kubeconfig names, or trusts any server",
		Doc: `--insecure-kubeconfig-exec lets a kubeconfig name a program for the controller to run; --insecure-kubeconfig-tls lets
it turn off the check of the server's certificate. Both are off by default.`,
		Exploit:    "A tenant's kubeconfig Secret names a shell as its exec plugin; it runs in the controller's pod, beside the token of cluster-admin.",
		Fix:        "Remove the flag.",
		References: []string{docKubeConfig},
	}, func(m *model, r *report) {
		if len(m.tenants) == 0 {
			return
		}
		for _, c := range m.controllers {
			if c.has("insecure-kubeconfig-exec") {
				r.addf(c.object, argsField, "%s runs with --insecure-kubeconfig-exec", c.name)
			}
			if c.has("insecure-kubeconfig-tls") {
				r.add(c.object, Finding{Severity: Warning, Field: argsField,
					Message: c.name + " runs with --insecure-kubeconfig-tls",
					Exploit: "Whoever sits between Flux and the server of a kubeconfig with insecure-skip-tls-verify reads the tenant's token."})
			}
		}
	}},
	{Rule{
		ID:         "flux-lockdown-remote-bases",
		Severity:   Warning,
		Title:      "kustomize-controller fetches remote bases",
		Doc:        `Without --no-remote-bases a kustomization.yaml may name git repositories and archives to fetch, which no source verifies and no interval records. The flag does not cover remote files, see kustomize-remote.`,
		Exploit:    "A tenant's kustomization.yaml names addresses inside the cluster's network; the controller connects to them.",
		Fix:        "Add --no-remote-bases=true to the controller's args (package flux/lockdown).",
		References: []string{docLockdown},
	}, func(m *model, r *report) { m.missingFlag(r, kustomizeController, "no-remote-bases") }},
	{Rule{
		ID:       "flux-lockdown-depends-on",
		Severity: Warning,
		Title:    "Tenants may depend on, and so probe, each other's objects",
		Doc: `No flag of Flux keeps dependsOn within its namespace. With a readyExpr it is a question about another tenant's object,
values and status included, that Flux answers by waiting or not. Only an admission policy stops it.`,
		Exploit:    "A tenant's HelmRelease depends on another tenant's with a readyExpr that compares one character of a password in its values; a few reconciliations later the tenant has read it.",
		Fix:        "Apply tenant.ReferencePolicy.",
		References: []string{docDependsOn},
	}, func(m *model, r *report) {
		dependency := values{"serviceAccountName": "x", "dependsOn": []any{values{"name": "x", "namespace": "kube-public"}}}
		open := map[string][]string{
			kustomizeController: m.openTo(probe("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "spec", dependency)),
			helmController:      m.openTo(probe("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec", dependency)),
		}
		kinds := map[string]string{kustomizeController: "Kustomizations", helmController: "HelmReleases"}
		for _, c := range m.controllers {
			if in := open[c.name]; len(in) > 0 {
				r.addf(c.object, "", "no admission policy keeps %s in %s from depending on other namespaces", kinds[c.name], list(in))
			}
		}
	}},
	{Rule{
		ID:       "flux-lockdown-feature-gate",
		Severity: Warning,
		Title:    "A workload identity is asked for that the feature gate does not allow",
		Doc: `The accounts of kubeConfig ConfigMaps, of decryption and of cloud providers need
--feature-gates=ObjectLevelWorkloadIdentity=true. Without it such objects fail to reconcile, and a controller with one of the
defaults (--default-kubeconfig-service-account, --default-decryption-service-account) does not start.`,
		Fix:        "Add --feature-gates=ObjectLevelWorkloadIdentity=true to the controller's args (package flux/lockdown).",
		References: []string{docIdentity},
	}, checkFeatureGate},
	{Rule{
		ID:       "flux-lockdown-decryption",
		Severity: Warning,
		Title:    "Tenants may decrypt with the controller's cloud identity",
		Doc: `kustomize-controller has a cloud identity (an annotation of its ServiceAccount says so) and runs without
--default-decryption-service-account. A Kustomization that decrypts without secretRef and serviceAccountName uses it.`,
		Exploit:    "A tenant who has seen another's encrypted file puts it into the tenant's own repository and lets Flux decrypt it with the shared key.",
		Fix:        "Add --default-decryption-service-account and --feature-gates=ObjectLevelWorkloadIdentity=true to the controller's args (package flux/lockdown), or apply tenant.IdentityPolicy.",
		References: []string{"https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption", docIdentity},
	}, func(m *model, r *report) {
		for _, c := range m.controllers {
			if c.name == kustomizeController && m.cloudIdentity(c) != "" {
				m.missingFlag(r, kustomizeController, "default-decryption-service-account",
					probe("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "spec", values{"serviceAccountName": "x", "decryption": values{"provider": "sops"}}))
				return
			}
		}
	}},
}

const argsField = "spec.template.spec.containers[0].args"

type values = map[string]any

// probe is an object as a tenant could make it, with nothing in it but what the
// attack needs.
func probe(apiVersion, kind, field string, content values) values {
	return values{"apiVersion": apiVersion, "kind": kind, "metadata": values{"name": "probe"}, field: content}
}

// openTo returns the tenants' namespaces in which a probe would be admitted.
func (m *model) openTo(probes ...values) []string {
	all := m.tenantNamespaces()
	var open []string
	for _, p := range probes {
		open = append(open, m.open(p, all)...)
	}
	slices.Sort(open)
	return slices.Compact(open)
}

func (m *model) missingFlag(r *report, name, flag string, probes ...values) {
	m.missingFlagSince(r, nil, name, flag, probes...)
}

// missingFlagSince reports the controllers that run without the flag, unless
// they are too old for what it protects against. The probes are what the flag
// would stop: where admission policies refuse them all, the finding is but a
// note.
func (m *model) missingFlagSince(r *report, since *version.Version, name, flag string, probes ...values) {
	if len(m.tenants) == 0 {
		return
	}
	for _, c := range m.controllers {
		if c.name != name || c.has(flag) || since != nil && c.version != nil && c.version.LessThan(since) {
			continue
		}
		field := argsField
		if c.object.gk == fluxInstanceKind {
			field = "spec.cluster"
		}
		f := Finding{Field: field, Message: fmt.Sprintf("%s runs without --%s", name, flag)}
		if open := m.openTo(probes...); len(probes) > 0 && len(open) > 0 {
			f.Message += "; no admission policy stands in for it in " + list(open)
		} else if len(probes) > 0 && len(m.tenantNamespaces()) > 0 {
			f.Severity = Info
			f.Message += "; admission policies stand in for it"
		}
		r.add(c.object, f)
	}
}

func checkFeatureGate(m *model, r *report) {
	for _, c := range m.controllers {
		if c.gate(workloadIdentityGate) {
			continue
		}
		for _, flag := range []string{"default-kubeconfig-service-account", "default-decryption-service-account"} {
			if c.has(flag) {
				r.addf(c.object, argsField, "%s has --%s without --feature-gates=%s=true: it does not start", c.name, flag, workloadIdentityGate)
			}
		}
		if c.has("default-service-account") && c.name != kustomizeController && c.name != helmController {
			r.addf(c.object, argsField, "%s has --default-service-account without --feature-gates=%s=true: it does not start", c.name, workloadIdentityGate)
		}
		if users := m.tokenless(c.name); len(users) > 0 {
			r.addf(c.object, argsField, "%s lacks --feature-gates=%s=true, which %s with kubeConfig.configMapRef need", c.name, workloadIdentityGate, list(users))
		}
	}
}

// tokenless names the objects that go by a kubeConfig ConfigMap which names an
// account.
func (m *model) tokenless(controller string) []string {
	var users []string
	for _, a := range m.applied() {
		ref := a.kubeConfig
		if a.controller != controller || ref == nil || ref.ConfigMapRef == nil {
			continue
		}
		if cm := m.configMap(a.ref.Namespace, ref.ConfigMapRef.Name); cm != nil && cm.Data["serviceAccountName"] != "" {
			users = append(users, a.ref.String())
		}
	}
	return users
}

// cloudIdentity returns the annotation that gives the controller's account an
// identity in a cloud.
func (m *model) cloudIdentity(c controller) string {
	for _, a := range m.accounts {
		if a.ref.Namespace != c.object.ref.Namespace || a.ref.Name != c.account {
			continue
		}
		for annotation := range a.meta.GetAnnotations() {
			for _, known := range []string{"eks.amazonaws.com/role-arn", "azure.workload.identity/client-id", "iam.gke.io/gcp-service-account"} {
				if strings.EqualFold(annotation, known) {
					return annotation
				}
			}
		}
	}
	return ""
}
