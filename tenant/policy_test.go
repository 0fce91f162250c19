package tenant_test

import (
	"context"
	"strings"
	"testing"

	admissionrequestv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestAdmissionPolicies runs the policies' expressions with the API server's own
// evaluator. That they apply to the right objects is shown in e2e.
func TestAdmissionPolicies(t *testing.T) {
	tests := map[string]struct {
		object string
		want   string // the start of the message; none if the object is let pass
	}{
		"plain Kustomization": {`
kind: Kustomization
spec: {serviceAccountName: gitops-reconciler, sourceRef: {kind: GitRepository, name: x}, dependsOn: [{name: y}]}`, ""},
		"own namespace by name": {`
kind: Kustomization
spec: {serviceAccountName: gitops-reconciler, sourceRef: {name: x, namespace: dev-team}, dependsOn: [{name: y, namespace: dev-team}]}`, ""},
		"dependency elsewhere": {`
kind: Kustomization
spec: {serviceAccountName: gitops-reconciler, dependsOn: [{name: y}, {name: x, namespace: other-team, readyExpr: "true"}]}`, "spec.dependsOn: "},
		"source elsewhere": {`
kind: Kustomization
spec: {serviceAccountName: gitops-reconciler, sourceRef: {name: x, namespace: flux-system}}`, "spec.sourceRef.namespace: "},
		"no account": {`
kind: Kustomization
spec: {sourceRef: {name: x}}`, "spec.serviceAccountName: name the account to act as"},
		"decryption with the controller's identity": {`
kind: Kustomization
spec: {serviceAccountName: a, decryption: {provider: sops}}`, "spec.decryption: "},
		"decryption with a Secret": {`
kind: Kustomization
spec: {serviceAccountName: a, decryption: {provider: sops, secretRef: {name: x}}}`, ""},
		"decryption with an account": {`
kind: Kustomization
spec: {serviceAccountName: a, decryption: {provider: sops, serviceAccountName: x}}`, ""},
		"plain HelmRelease": {`
kind: HelmRelease
spec: {serviceAccountName: a, chart: {spec: {chart: x, sourceRef: {name: y}}}}`, ""},
		"HelmRelease without account": {`
kind: HelmRelease
spec: {chartRef: {name: x}}`, "spec.serviceAccountName: name the account to act as"},
		"chart source elsewhere": {`
kind: HelmRelease
spec: {serviceAccountName: a, chart: {spec: {sourceRef: {name: y, namespace: flux-system}}}}`, "spec.chart.spec.sourceRef.namespace: "},
		"chart elsewhere": {`
kind: HelmRelease
spec: {serviceAccountName: a, chartRef: {name: y, namespace: flux-system}}`, "spec.chartRef.namespace: "},
		"image repository elsewhere": {`
kind: ImagePolicy
spec: {imageRepositoryRef: {name: y, namespace: flux-system}}`, "spec.imageRepositoryRef.namespace: "},
		"automation of a repository elsewhere": {`
kind: ImageUpdateAutomation
spec: {sourceRef: {name: y, namespace: flux-system}}`, "spec.sourceRef.namespace: "},
		"events from elsewhere": {`
kind: Alert
spec: {eventSources: [{kind: Kustomization, name: "*"}, {kind: Kustomization, name: "*", namespace: flux-system}]}`, "spec.eventSources: "},
		"own events": {`
kind: Alert
spec: {eventSources: [{kind: Kustomization, name: "*"}]}`, ""},
		"receiver for elsewhere": {`
kind: Receiver
spec: {resources: [{kind: GitRepository, name: x, namespace: flux-system}]}`, "spec.resources: "},
		"artifact from elsewhere": {`
kind: ExternalArtifact
spec: {sourceRef: {kind: X, name: x, namespace: flux-system}}`, "spec.sourceRef.namespace: "},
		"repository with a Secret": {`
kind: GitRepository
spec: {url: "https://github.com/org/x", secretRef: {name: x}}`, ""},
		"repository of a GitHub App": {`
kind: GitRepository
spec: {url: "https://github.com/org/x", provider: github, secretRef: {name: x}}`, ""},
		"repository with the controller's identity": {`
kind: OCIRepository
spec: {url: "oci://x", provider: aws}`, "spec.serviceAccountName: with a cloud provider"},
		"repository with the tenant's identity": {`
kind: OCIRepository
spec: {url: "oci://x", provider: aws, serviceAccountName: x}`, ""},
		"ConfigMap of an application": {`
kind: ConfigMap
data: {provider: acme, address: https://acme.example.com}`, ""},
		"ConfigMap that mentions generic": {`
kind: ConfigMap
data: {provider: generic}`, ""},
		"empty ConfigMap": {`
kind: ConfigMap`, ""},
		"kubeconfig with the tenant's account": {`
kind: ConfigMap
data: {provider: generic, address: https://p:9001, serviceAccountName: gitops-reconciler}`, ""},
		"kubeconfig with the controller's own token": {`
kind: ConfigMap
data: {provider: generic, address: https://evil.example.com, audiences: https://kubernetes.default.svc}`, "data.serviceAccountName: "},
		"cloud cluster with the controller's identity": {`
kind: ConfigMap
data: {provider: aws, cluster: arn}`, "data.serviceAccountName: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			object := parse(t, test.object)
			var refusals []string
			for _, policy := range tenant.AdmissionPolicies() {
				if matches(policy.Policy, object) {
					refusals = append(refusals, evaluate(t, policy.Policy.Spec.Validations, object)...)
				}
			}
			switch {
			case test.want == "" && len(refusals) > 0:
				t.Errorf("refused: %q", refusals)
			case test.want != "" && (len(refusals) != 1 || !strings.HasPrefix(refusals[0], test.want)):
				t.Errorf("refusals are %q, want one that starts with %q", refusals, test.want)
			}
		})
	}
}

// TestBundlePassesAdmissionPolicies: what this package builds is not refused.
func TestBundlePassesAdmissionPolicies(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			for _, obj := range tenanttest.Build(t, spec).Objects() {
				text, err := yaml.Marshal(obj)
				if err != nil {
					t.Fatal(err)
				}
				object := parse(t, string(text))
				for _, policy := range tenant.AdmissionPolicies() {
					if !matches(policy.Policy, object) {
						continue
					}
					for _, refusal := range evaluate(t, policy.Policy.Spec.Validations, object) {
						t.Errorf("%T: %s", obj, refusal)
					}
				}
			}
		})
	}
}

// matches goes by the plural, which is all the rules name.
func matches(policy *admissionv1.ValidatingAdmissionPolicy, object *unstructured.Unstructured) bool {
	kind := strings.ToLower(object.GetKind())
	for _, rule := range policy.Spec.MatchConstraints.ResourceRules {
		for _, plural := range rule.Resources {
			if plural == kind+"s" || plural == strings.TrimSuffix(kind, "y")+"ies" {
				return true
			}
		}
	}
	return false
}

func evaluate(t *testing.T, validations []admissionv1.Validation, object *unstructured.Unstructured) (refusals []string) {
	t.Helper()
	compiler := cel.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	var expressions []cel.ExpressionAccessor
	for _, validation := range validations {
		expressions = append(expressions, expression(validation.Expression))
	}
	evaluator := compiler.CompileCondition(expressions, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
	for _, err := range evaluator.CompilationErrors() {
		t.Fatal(err)
	}
	attributes := &admission.VersionedAttributes{
		Attributes: admission.NewAttributesRecord(object, nil, object.GroupVersionKind(), object.GetNamespace(), object.GetName(),
			object.GroupVersionKind().GroupVersion().WithResource("x"), "", admission.Create, nil, false, nil),
		VersionedKind:   object.GroupVersionKind(),
		VersionedObject: object,
	}
	request := &admissionrequestv1.AdmissionRequest{Namespace: "dev-team", Kind: metav1.GroupVersionKind{Kind: object.GetKind()}}
	results, _, err := evaluator.ForInput(context.Background(), attributes, request, cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range results {
		if result.Error != nil {
			t.Errorf("%s: %v", validations[i].Expression, result.Error)
		} else if result.EvalResult.Value() != true {
			refusals = append(refusals, validations[i].Message)
		}
	}
	return refusals
}

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	if object.GetAPIVersion() == "" {
		object.SetAPIVersion("v1")
	}
	return object
}
