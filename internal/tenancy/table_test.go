package tenancy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/policytest"
)

// cases has, for each rule, objects that break it and objects that nearly do. It
// lists the IDs that Check must find; none for objects that stay within the tenant.
var cases = map[string][]string{
	"": {
		`{kind: Kustomization, spec: {interval: 10m, timeout: 5m, serviceAccountName: a, sourceRef: {kind: GitRepository, name: x, namespace: red}, dependsOn: [{name: y}, {name: z, namespace: red}], targetNamespace: red-app, healthChecks: [{kind: A, name: a, namespace: red-app}]}}`,
		`{kind: Kustomization, spec: {interval: 5m30s, serviceAccountName: a, retryInterval: 0.5m}}`,
		`{kind: Kustomization, spec: {interval: 24h, timeout: 4m59.5s, serviceAccountName: a, decryption: {provider: sops, serviceAccountName: b, secretRef: {name: x}}}}`,
		`{kind: HelmRelease, spec: {interval: 24h, serviceAccountName: a, chart: {spec: {chart: x, sourceRef: {name: y}}}, upgrade: {timeout: 5m}}}`,
		`{kind: HelmRelease, spec: {interval: 24h, serviceAccountName: a, chartRef: {name: y, namespace: red}, storageNamespace: red}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "https://user:pass@github.com/org/x", provider: github, secretRef: {name: x}}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "https://dev.azure.com/org/x", provider: azure, serviceAccountName: x}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "http://gitea.red-app.svc:3000/x"}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "http://127.0.0.1:3000/x"}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "ssh://git@flux-system.example.com/x"}}`,
		`{kind: OCIRepository, spec: {interval: 1m, url: "oci://ghcr.io/org/x", provider: aws, serviceAccountName: x, insecure: false}}`,
		`{kind: Bucket, spec: {interval: 1m, endpoint: "s3.amazonaws.com", provider: generic, secretRef: {name: x}}}`,
		`{kind: Bucket, spec: {interval: 1m, endpoint: "minio.red-app.svc:9000", provider: aws, serviceAccountName: x, sts: {provider: aws, endpoint: "https://sts.amazonaws.com"}}}`,
		`{kind: HelmRepository, spec: {url: "oci://ghcr.io/org", type: oci, provider: generic}}`,
		`{kind: HelmRepository, spec: {interval: 0s, url: "https://charts.example.com"}}`,
		`{kind: HelmChart, spec: {interval: 30s, chart: x, sourceRef: {name: x}}}`,
		`{kind: Provider, spec: {type: slack, secretRef: {name: x}, address: "https://hooks.slack.com/x"}}`,
		`{kind: Provider, spec: {type: alertmanager, address: "http://alertmanager.red-app.svc:9093"}}`,
		`{kind: Provider, spec: {type: googlepubsub, serviceAccountName: x, address: project}}`,
		`{kind: Provider, spec: {type: azuredevops, serviceAccountName: x, secretRef: {name: x}}}`,
		`{kind: Alert, spec: {eventSources: [{kind: Kustomization, name: "*"}]}}`,
		`{kind: Receiver, spec: {type: github, resources: [{kind: GitRepository, name: x}]}}`,
		`{kind: ImageRepository, spec: {interval: 5m, image: alpine}}`,
		`{kind: ImagePolicy, spec: {imageRepositoryRef: {name: x, namespace: red}}}`,
		`{kind: ImageUpdateAutomation, spec: {interval: 1m, sourceRef: {name: x}}}`,
		`{kind: ArtifactGenerator, spec: {sources: [{alias: a, kind: GitRepository, name: x}, {alias: b, kind: GitRepository, name: x, namespace: red}]}}`,
		`{kind: ResourceSetInputProvider, spec: {type: GitHubTag, url: "https://github.com/org/x"}}`,
		`{kind: ResourceSetInputProvider, spec: {type: ECRArtifactTag, url: "oci://x.example.com", serviceAccountName: a}}`,
		`{kind: ResourceSetInputProvider, spec: {type: Static}}`,
		`{kind: ConfigMap, data: {provider: generic}}`,
		`{kind: ConfigMap, data: {provider: acme, address: "https://acme.example.com"}}`,
		`{kind: ConfigMap, data: {address: "https://acme.example.com"}}`,
		`{kind: ConfigMap, data: {provider: generic, address: "https://p:9001", serviceAccountName: a}}`,
		`{kind: ConfigMap}`,
		`{kind: Secret, data: {sops.agekey: eA==}}`,
		`{kind: Secret, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}, data: {sops.gcp-kms: eA==}}`,
		`{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}, spec: {interval: 1s, retryInterval: 1s, timeout: 24h, serviceAccountName: a}}`,
		`{kind: Kustomization, spec: {suspend: true, interval: 24h, serviceAccountName: a}}`,
		`{kind: Kustomization, metadata: {annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}, spec: {interval: 1m, serviceAccountName: a}}`,
	},
	"source": {
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, sourceRef: {name: x, namespace: blue}}}`,
		`{kind: ImageUpdateAutomation, spec: {interval: 1m, sourceRef: {name: x, namespace: blue}}}`,
		`{kind: ExternalArtifact, spec: {sourceRef: {name: x, namespace: blue}}}`,
	},
	"chart-source":      {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, chart: {spec: {sourceRef: {name: x, namespace: blue}}}}}`},
	"chart":             {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, chartRef: {name: x, namespace: blue}}}`},
	"image-repository":  {`{kind: ImagePolicy, spec: {imageRepositoryRef: {name: x, namespace: blue}}}`},
	"event-source":      {`{kind: Alert, spec: {eventSources: [{name: "*"}, {name: "*", namespace: blue}]}}`},
	"artifact-source":   {`{kind: ArtifactGenerator, spec: {sources: [{alias: a, kind: GitRepository, name: x}, {alias: b, kind: GitRepository, name: x, namespace: blue}]}}`},
	"receiver-resource": {`{kind: Receiver, spec: {resources: [{name: x, namespace: blue}]}}`},
	"dependency": {
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, dependsOn: [{name: x}, {name: x, namespace: blue, readyExpr: "true"}]}}`,
		`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, dependsOn: [{name: x, namespace: blue}]}}`,
		`{kind: ResourceSet, spec: {serviceAccountName: a, dependsOn: [{name: x, namespace: blue}]}}`,
	},
	"target": {
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, targetNamespace: flux-system}}`,
		`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, targetNamespace: kube-public}}`,
	},
	"storage":      {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, storageNamespace: capsule-system}}`},
	"health-check": {`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, healthChecks: [{kind: A, name: a, namespace: default}]}}`},
	"access-from": {
		`{kind: HelmRepository, spec: {url: "https://x.example.com", accessFrom: {namespaceSelectors: [{}]}}}`,
		`{kind: ImageRepository, spec: {interval: 1m, image: x, accessFrom: {}}}`,
	},
	"account": {
		`{kind: Kustomization, spec: {interval: 1m}}`,
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: "", kubeConfig: {secretRef: {name: x}}}}`,
		`{kind: HelmRelease, spec: {interval: 1m}}`,
		`{kind: ResourceSet, spec: {}}`,
	},
	"kubeconfig-account": {
		`{kind: ConfigMap, data: {provider: generic, address: "https://evil.example.com"}}`,
		`{kind: ConfigMap, data: {provider: aws, cluster: arn, serviceAccountName: ""}}`,
	},
	"decryption": {
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, decryption: {provider: sops}}}`,
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, decryption: {provider: sops, secretRef: {name: x}}}}`,
	},
	"decryption-google": {
		`{kind: Secret, data: {sops.gcp-kms: eA==}}`,
		`{kind: Secret, stringData: {sops.gcp-kms: x}}`,
	},
	"chart-mark": {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, chart: {metadata: {labels: {toolkit.fluxcd.io/tenant: red}}}}}`},
	"git-cloud": {
		`{kind: GitRepository, spec: {interval: 1m, url: "https://x.example.com", provider: azure}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "https://x.example.com", provider: newcloud}}`,
	},
	"cloud": {
		`{kind: OCIRepository, spec: {interval: 1m, url: "oci://x.example.com", provider: aws}}`,
		`{kind: OCIRepository, spec: {interval: 1m, url: "oci://x.example.com", provider: github}}`,
		`{kind: Bucket, spec: {interval: 1m, endpoint: x.example.com, provider: aws, secretRef: {name: x}}}`,
		`{kind: Bucket, spec: {interval: 1m, endpoint: x.example.com, provider: newcloud}}`,
		`{kind: ImageRepository, spec: {interval: 1m, image: x, provider: gcp}}`,
	},
	"helm-cloud": {
		`{kind: HelmRepository, spec: {url: "oci://x.example.com", type: oci, provider: aws}}`,
		`{kind: HelmRepository, spec: {url: "oci://x.example.com", type: oci, provider: newcloud}}`,
	},
	"provider-cloud": {
		`{kind: Provider, spec: {type: googlepubsub}}`,
		`{kind: Provider, spec: {type: azureeventhub, secretRef: {name: x}}}`,
		`{kind: Provider, spec: {type: newcloud}}`,
	},
	"input-cloud": {
		`{kind: ResourceSetInputProvider, spec: {type: ECRArtifactTag, url: "oci://x.example.com"}}`,
		`{kind: ResourceSetInputProvider, spec: {type: AzureDevOpsTag, url: "https://x.example.com", secretRef: {name: x}}}`,
		`{kind: ResourceSetInputProvider, spec: {type: NewCloud}}`,
	},
	"provider-google": {`{kind: Provider, spec: {type: googlepubsub, serviceAccountName: a, secretRef: {name: x}}}`},
	"insecure": {`{kind: OCIRepository, spec: {interval: 1m, url: "oci://x.example.com", insecure: true}}`, `{kind: Bucket, spec: {interval: 1m, endpoint: x.example.com, insecure: true}}`,
		`{kind: ResourceSetInputProvider, spec: {type: ExternalService, url: "https://x.example.com", insecure: true}}`},
	"pass-credentials": {`{kind: HelmRepository, spec: {url: "https://x.example.com", passCredentials: true}}`},
	"proxy": {
		`{kind: GitRepository, spec: {interval: 1m, url: "https://x.example.com", proxySecretRef: {name: x}}}`,
		`{kind: Provider, spec: {type: slack, proxySecretRef: {name: x}}}`,
	},
	"provider-proxy": {`{kind: Provider, spec: {type: slack, proxy: "https://x.example.com"}}`},
	"url-http": {
		`{kind: GitRepository, spec: {interval: 1m, url: "http://x.example.com"}}`,
		`{kind: ResourceSetInputProvider, spec: {type: ExternalService, url: "http://x.example.com"}}`,
		`{kind: HelmRepository, spec: {url: "http://a.svc@x.example.com/"}}`,
		`{kind: HelmRepository, spec: {url: "http://x.example.com?a.svc/"}}`,
	},
	"address-http": {`{kind: Provider, spec: {type: generic, address: "HTTP://x.example.com"}}`},
	"issuer-http":  {`{kind: Receiver, spec: {type: generic-oidc, oidcProviders: [{issuerURL: "http://x.example.com"}]}}`},
	"sts-http":     {`{kind: Bucket, spec: {interval: 1m, endpoint: x.example.com, sts: {endpoint: "http://x.example.com"}}}`},
	"url-flux": {
		`{kind: HelmRepository, spec: {url: "http://source-controller.flux-system.svc.cluster.local./helmrepository/blue/blue"}}`,
		`{kind: HelmRepository, spec: {url: "http://SOURCE-CONTROLLER.flux-system.svc:80/x"}}`,
		`{kind: HelmRepository, spec: {url: "https://source-controller"}}`,
		`{kind: HelmRepository, spec: {url: "https://a:b@source-controller.flux-system?x"}}`,
		`{kind: GitRepository, spec: {interval: 1m, url: "https://source-controller.flux-system.svc/x"}}`,
		`{kind: ResourceSetInputProvider, spec: {type: ExternalService, url: "https://source-controller.flux-system.svc/x"}}`,
	},
	"address-flux":  {`{kind: Provider, spec: {type: generic, address: "https://notification-controller.flux-system.svc/"}}`},
	"issuer-flux":   {`{kind: Receiver, spec: {type: generic-oidc, oidcProviders: [{issuerURL: "https://source-controller.flux-system.svc"}]}}`},
	"sts-flux":      {`{kind: Bucket, spec: {interval: 1m, endpoint: x.example.com, sts: {endpoint: "https://source-controller/"}}}`},
	"endpoint-flux": {`{kind: Bucket, spec: {interval: 1m, endpoint: "source-controller.flux-system:80"}}`, `{kind: Bucket, spec: {interval: 1m, endpoint: "minio"}}`},
	"image-flux": {
		`{kind: ImageRepository, spec: {interval: 1m, image: source-controller.flux-system.svc.cluster.local./x}}`,
		`{kind: ImageRepository, spec: {interval: 1m, image: "notification-controller:80/x"}}`,
		`{kind: ImageRepository, spec: {interval: 1m, image: source-controller./x}}`,
	},
	"step-timeout": {`{kind: ResourceSet, spec: {serviceAccountName: a, steps: [{name: a, timeout: 1m}, {name: b, timeout: 24h}]}}`},
	"operator-timeout": {
		`{kind: ResourceSet, metadata: {annotations: {fluxcd.controlplane.io/reconcileTimeout: 24h}}, spec: {serviceAccountName: a}}`,
		`{kind: ResourceSetInputProvider, metadata: {annotations: {fluxcd.controlplane.io/reconcileTimeout: 10m}}, spec: {type: Static}}`,
	},
	"operator-interval": {`{kind: ResourceSet, metadata: {annotations: {fluxcd.controlplane.io/reconcileEvery: 1s}}, spec: {serviceAccountName: a}}`},
	"timeout": {
		`{kind: Kustomization, spec: {interval: 1m, timeout: 24h, serviceAccountName: a}}`,
		`{kind: GitRepository, spec: {interval: 1m, timeout: 600m, url: "https://x.example.com"}}`,
		`{kind: Provider, spec: {type: slack, timeout: 10m}}`,
	},
	"install-timeout":   {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, install: {timeout: 5m1ms}}}`},
	"upgrade-timeout":   {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, upgrade: {timeout: 2h}}}`},
	"rollback-timeout":  {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, rollback: {timeout: 2h}}}`},
	"uninstall-timeout": {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, uninstall: {timeout: 2h}}}`},
	"test-timeout":      {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, test: {timeout: 2h}}}`},
	"default-timeout":   {`{kind: Kustomization, spec: {interval: 24h, serviceAccountName: a}}`},
	"default-image-timeout": {
		`{kind: ImageRepository, spec: {interval: 24h, image: x}}`,
	},
	"interval": {
		`{kind: Kustomization, spec: {interval: 1s, serviceAccountName: a}}`,
		`{kind: HelmChart, spec: {interval: 29s}}`,
	},
	"retry-interval":         {`{kind: Kustomization, spec: {interval: 1m, retryInterval: 1s, serviceAccountName: a}}`},
	"install-retry-interval": {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, install: {strategy: {retryInterval: 1s}}}}`},
	"upgrade-retry-interval": {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, upgrade: {strategy: {retryInterval: 1s}}}}`},
	"chart-interval":         {`{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, chart: {spec: {interval: 1s}}}}`},
	"opt-out-annotations": {
		`{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/reconcile: disabled}}}`,
		`{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}}`,
		`{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}}`,
		`{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/force: enabled}}}`,
	},
	"opt-out-labels": {`{kind: RoleBinding, metadata: {labels: {kustomize.toolkit.fluxcd.io/prune: disabled}}}`},
}

// TestRules asks Check and the policies' CEL about each case: one verdict.
func TestRules(t *testing.T) {
	plane := policies(t, Limits{})
	for id, texts := range cases {
		for _, text := range texts {
			t.Run(id, func(t *testing.T) {
				object := policytest.Object(t, text)
				violations := Violations(object, Identity{Namespace: "red"})
				if got := ids(violations); got != id {
					t.Errorf("%s\nCheck finds %q, want %q", text, got, id)
				}
				want := messages(violations)
				if diff := cmp.Diff(want, plane.Refused(t, policytest.Request{New: object})); diff != "" {
					t.Errorf("%s\nthe policies: %s", text, diff)
				}
			})
		}
	}
}

// TestEveryRuleHasACase: a rule that is removed or cannot be broken fails here.
func TestEveryRuleHasACase(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range Rules() {
		if seen[rule.ID] {
			t.Errorf("duplicate rule %s", rule.ID)
		}
		seen[rule.ID] = true
		if rule.Lets == "" || rule.Field == "" {
			t.Errorf("%s does not say what it is for", rule.ID)
		}
		if rule.BundleOnly == "" && len(cases[rule.ID]) == 0 {
			t.Errorf("%s has no case", rule.ID)
		}
	}
}

func ids(violations []Violation) string {
	var ids []string
	for _, v := range violations {
		ids = append(ids, v.Rule.ID)
	}
	return strings.Join(ids, ",")
}

// messages are the policies' messages for Check's violations, except those of the
// policy on the platform's objects.
func messages(violations []Violation) []string {
	var messages []string
	for _, v := range violations {
		if v.Rule.Class != Metadata {
			messages = append(messages, string(v.Rule.Class)+": "+v.Rule.Field+": "+v.Rule.Message)
		}
	}
	return messages
}

// policies applies each class everywhere.
func policies(t testing.TB, limits Limits) *policytest.Plane {
	t.Helper()
	var objs []client.Object
	for _, class := range []Class{References, Identities, Sources, Times} {
		policy, binding := &admissionv1.ValidatingAdmissionPolicy{}, &admissionv1.ValidatingAdmissionPolicyBinding{}
		policy.Name, binding.Spec.PolicyName = string(class), string(class)
		policy.Spec.MatchConstraints = &admissionv1.MatchResources{ResourceRules: class.ResourceRules()}
		policy.Spec.MatchConditions = class.Conditions()
		policy.Spec.Validations = class.Validations(limits)
		objs = append(objs, policy, binding)
	}
	return policytest.New(t, objs)
}

func fluxKinds() *runtime.Scheme {
	scheme := runtime.NewScheme()
	if err := flux.AddToScheme(scheme); err != nil {
		panic(err)
	}
	return scheme
}

func TestMessagesNameTheField(t *testing.T) {
	for _, class := range []Class{References, Identities, Sources, Times} {
		for _, validation := range class.Validations(Limits{}) {
			if !strings.HasPrefix(validation.Message, "spec.") && !strings.HasPrefix(validation.Message, "data") && !strings.HasPrefix(validation.Message, "metadata.") {
				t.Errorf("%q does not start with a field", validation.Message)
			}
		}
	}
}
