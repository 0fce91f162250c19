package tenancy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/policytest"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// auditRules maps rules of the table to the audit's.
var auditRules = map[string][]string{
	"flux-cross-namespace-reference": {"source", "chart-source", "chart", "artifact-source", "image-repository", "event-source", "receiver-resource"},
	"flux-depends-on":                {"dependency"},
	"flux-target-namespace":          {"target", "storage", "health-check"},
	"flux-access-from":               {"access-from"},
	"flux-service-account":           {"account"},
	"kubeconfig-account":             {"kubeconfig-account"},
	"flux-decryption-identity":       {"decryption"},
	"flux-google-credentials":        {"decryption-google", "provider-google"},
	"flux-cloud-identity":            {"git-cloud", "cloud", "helm-cloud", "provider-cloud", "input-cloud"},
	"flux-insecure-source":           {"insecure", "pass-credentials", "url-http", "address-http", "issuer-http", "sts-http"},
	"flux-own-servers":               {"url-flux", "address-flux", "issuer-flux", "sts-flux", "endpoint-flux", "image-flux"},
	"flux-proxy":                     {"proxy", "provider-proxy"},
	"flux-times": {"timeout", "step-timeout", "operator-timeout", "operator-interval", "install-timeout", "upgrade-timeout", "rollback-timeout", "uninstall-timeout", "test-timeout",
		"default-timeout", "default-image-timeout", "interval", "retry-interval", "install-retry-interval", "upgrade-retry-interval", "chart-interval"},
	"flux-opt-out": {"opt-out-annotations", "opt-out-labels", "chart-mark"},
}

// TestEveryRuleIsAudited: a row of the table without a rule of the audit fails here.
func TestEveryRuleIsAudited(t *testing.T) {
	audited := map[string]bool{}
	for _, ids := range auditRules {
		for _, id := range ids {
			audited[id] = true
		}
	}
	for _, rule := range tenancy.Rules() {
		if want := rule.BundleOnly == ""; audited[rule.ID] != want {
			t.Errorf("rule %s has a rule of the audit: %t, want %t", rule.ID, audited[rule.ID], want)
		}
	}
}

// FuzzVerdicts asks Check, the admission policies and the audit about the same
// random object.
func FuzzVerdicts(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := random{rand.New(rand.NewPCG(seed, 0))}
		kinds := gvks()
		obj, err := r.object(scheme(), kinds[r.IntN(len(kinds))])
		if err != nil {
			t.Fatal(err)
		}
		compare(t, obj)
	})
}

// TestVerdicts has inputs on which the three once differed.
func TestVerdicts(t *testing.T) {
	for text, want := range map[string]string{
		`{kind: HelmRepository, spec: {url: "oci://x.example.com", type: oci, provider: aws}}`:                                 "helm-cloud",
		`{kind: Provider, spec: {type: googlepubsub}}`:                                                                         "provider-cloud",
		`{kind: Bucket, spec: {interval: 1m, bucketName: x, endpoint: s3.amazonaws.com, provider: aws, secretRef: {name: x}}}`: "cloud",
		`{kind: Bucket, spec: {interval: 1m, bucketName: x, endpoint: s3.example.com, provider: newcloud}}`:                    "cloud",
		`{kind: OCIRepository, spec: {interval: 1m, url: "oci://x.example.com", provider: newcloud}}`:                          "cloud",
		`{kind: GitRepository, spec: {interval: 1m, url: "https://x.example.com", provider: newcloud}}`:                        "git-cloud",
		`{kind: HelmRepository, spec: {url: "oci://x.example.com", type: oci, provider: newcloud}}`:                            "helm-cloud",
		`{kind: ImageRepository, spec: {interval: 1m, image: x.example.com/x, provider: newcloud}}`:                            "cloud",
		`{kind: ArtifactGenerator, spec: {sources: [{alias: a, kind: GitRepository, name: x, namespace: blue}]}}`:              "artifact-source",
		`{kind: ResourceSetInputProvider, spec: {type: ECRArtifactTag, url: "oci://x.example.com"}}`:                           "input-cloud",
		`{kind: ResourceSet, spec: {}}`: "account",
		`{kind: ImageRepository, spec: {interval: 1m, image: source-controller.flux-system.svc.cluster.local./x}}`:                      "image-flux",
		`{kind: ImageRepository, spec: {interval: 1m, image: "notification-controller:80/x"}}`:                                          "image-flux",
		`{kind: ImageRepository, spec: {interval: 1m, image: source-controller./x}}`:                                                    "image-flux",
		`{kind: ImageRepository, spec: {interval: 1m, image: library/nginx}}`:                                                           "",
		`{kind: ImageRepository, spec: {interval: 1m, image: ghcr.io/flux-system/x}}`:                                                   "",
		`{kind: ImageRepository, spec: {interval: 1m, image: "localhost:5000/x"}}`:                                                      "",
		`{kind: ResourceSet, spec: {serviceAccountName: a, steps: [{name: a, timeout: 1m}, {name: b, timeout: 24h}]}}`:                  "step-timeout",
		`{kind: ResourceSet, metadata: {annotations: {fluxcd.controlplane.io/reconcileTimeout: 24h}}, spec: {serviceAccountName: a}}`:   "operator-timeout",
		`{kind: ResourceSet, metadata: {annotations: {fluxcd.controlplane.io/reconcileEvery: 1s}}, spec: {serviceAccountName: a}}`:      "operator-interval",
		`{kind: ResourceSetInputProvider, metadata: {annotations: {fluxcd.controlplane.io/reconcileEvery: 10s}}, spec: {type: Static}}`: "operator-interval",
		`{kind: ResourceSetInputProvider, metadata: {annotations: {fluxcd.controlplane.io/reconcileEvery: 5m}}, spec: {type: Static}}`:  "",
		`{kind: Kustomization, spec: {interval: 1m, prune: "${PRUNE:=true}", sourceRef: {kind: GitRepository, name: x}}}`:               "account",
		`{kind: Kustomization, spec: {interval: 1m, serviceAccountName: a, sourceRef: {kind: GitRepository, name: x, namespace: red}}}`: "",
		`{kind: GitRepository, spec: {interval: 1m, url: "http://gitea.red-app.svc/x", provider: github, secretRef: {name: x}}}`:        "",
	} {
		t.Run(want, func(t *testing.T) {
			object := policytest.Object(t, text)
			if got := strings.Join(compare(t, object), ","); got != want {
				t.Errorf("%s: the rules are %q, want %q", text, got, want)
			}
		})
	}
}

// compare fails the test if the three differ, and returns the IDs of the table's
// rules that the object breaks.
func compare(t *testing.T, obj client.Object) []string {
	t.Helper()
	var broken, refusals []string
	for _, v := range tenancy.Violations(obj, tenancy.Identity{Namespace: "red"}) {
		broken = append(broken, v.Rule.ID)
		if _, marked := obj.GetLabels()[tenancy.Mark]; v.Rule.Class != tenancy.Metadata || !marked {
			refusals = append(refusals, v.Rule.Field+": "+v.Rule.Message)
		}
	}
	text, _ := yaml.Marshal(obj)
	if diff := cmp.Diff(refusals, refused(t, obj)); diff != "" {
		t.Errorf("Check and the admission policies differ:\n%s\n%s", diff, text)
	}
	found := findings(obj)
	for id, rules := range auditRules {
		want := slices.ContainsFunc(rules, func(rule string) bool { return slices.Contains(broken, rule) })
		if found[id] == want || id == "flux-target-namespace" && found[id] {
			continue // of the namespaces of other tenants the audit knows more
		}
		t.Errorf("the audit finds %s: %t, want %t\n%s", id, found[id], want, text)
	}
	return broken
}

// refused lists the messages of the policies.
func refused(t *testing.T, obj client.Object) []string {
	t.Helper()
	request := policytest.Request{New: toUnstructured(obj), Namespace: map[string]string{tenancy.Mark: "red"}}
	if _, marked := obj.GetLabels()[tenancy.Mark]; marked {
		request.User, request.Groups = "admin", "system:masters"
	}
	var messages []string
	for _, message := range plane(t).Refused(t, request) {
		_, message, _ = strings.Cut(message, ": ")
		messages = append(messages, message)
	}
	return messages
}

var (
	once   sync.Once
	policy *policytest.Plane
)

func plane(t *testing.T) *policytest.Plane {
	t.Helper()
	once.Do(func() {
		policies, err := tenant.AdmissionPolicies(tenant.PolicySpec{})
		if err != nil {
			t.Fatal(err)
		}
		var objs []client.Object
		for _, policy := range policies {
			objs = append(objs, policy.Objects()...)
		}
		policy = policytest.New(t, objs)
	})
	return policy
}

// findings are the audit's rules that report a set with the object and two tenants.
func findings(obj client.Object) map[string]bool {
	set := []runtime.Object{toUnstructured(obj)}
	for _, name := range []string{"red", "blue"} {
		set = append(set, &corev1.Namespace{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{tenancy.Mark: name}},
		})
	}
	found := map[string]bool{}
	for _, f := range audit.Check(audit.Inputs(set)).Findings {
		if f.Object.Kind != "Namespace" {
			found[f.Rule] = true
		}
	}
	return found
}

func toUnstructured(obj client.Object) *unstructured.Unstructured {
	if u, ok := obj.(*unstructured.Unstructured); ok {
		return u
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		panic(fmt.Sprintf("%T: %v", obj, err)) // it is of the scheme
	}
	dropNulls(content)
	return &unstructured.Unstructured{Object: content}
}

// dropNulls removes nulls, which no CRD accepts and which Go writes for an empty
// list.
func dropNulls(object map[string]any) {
	for name, value := range object {
		switch value := value.(type) {
		case nil:
			delete(object, name)
		case map[string]any:
			dropNulls(value)
		}
	}
}

var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(flux.AddToScheme(s))
	utilruntime.Must(corev1.AddToScheme(s))
	return s
})

// gvks are the kinds of the table, sorted.
var gvks = sync.OnceValue(func() []schema.GroupVersionKind {
	var kinds []schema.GroupVersionKind
	rules := tenancy.Rules()
	for gvk := range scheme().AllKnownTypes() {
		ruled := slices.ContainsFunc(rules, func(r tenancy.Rule) bool { return slices.Contains(r.Kinds, gvk.GroupKind()) })
		if ruled && gvk.Version != runtime.APIVersionInternal {
			kinds = append(kinds, gvk)
		}
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) })
	return kinds
})
