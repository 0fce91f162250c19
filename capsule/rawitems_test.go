package capsule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// running has an empty object in its spec, which must stay, and a status that
// must not.
func running() *corev1.Pod {
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "motd"},
		Spec:       corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{}},
		Status:     corev1.PodStatus{Phase: "Running"},
	}
}

func TestRawItems(t *testing.T) {
	policy := &networkingv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: "deny-all"},
		Spec:       networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{"Ingress"}},
	}
	given := globalTenantResource.Changed(t, "")
	given.Spec.Resources[0].RawItems = capsule.RawItems(policy, running())
	before := given.DeepCopy()
	built, err := globalTenantResource.Build(given)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, given); diff != "" {
		t.Errorf("the argument is changed:\n%s", diff)
	}
	buildtest.CheckCRD(t, built)
	want := []string{
		`{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"deny-all"},"spec":{"podSelector":{},"policyTypes":["Ingress"]}}`,
		`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"motd"},"spec":{"containers":null,"securityContext":{}}}`,
	}
	var got []string
	for _, item := range built.Spec.Resources[0].RawItems {
		got = append(got, string(item.Raw))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	given.Spec.ResyncPeriod, given.Spec.Scope = built.Spec.ResyncPeriod, built.Spec.Scope
	if err := capsule.Validate(given); err != nil {
		t.Errorf("objects that are not encoded yet: %v", err)
	}
}

func TestRawItemsInvalid(t *testing.T) {
	given := globalTenantResource.Changed(t, "")
	given.Spec.Resources[0].RawItems = capsule.RawItems(nil, (*corev1.ConfigMap)(nil), &corev1.ConfigMap{})
	given.Spec.Resources[0].RawItems = append(given.Spec.Resources[0].RawItems,
		capsulev1beta2.RawExtension{RawExtension: runtime.RawExtension{Raw: []byte("[]")}})
	_, err := globalTenantResource.Build(given)
	want := []string{
		`spec.resources[0].rawItems[0]: Invalid value: "<nil>": must not be nil`,
		`spec.resources[0].rawItems[1]: Invalid value: "*v1.ConfigMap": ToUnstructured requires a non-nil pointer to an object, got *v1.ConfigMap`,
		"spec.resources[0].rawItems[2].apiVersion: Required value",
		"spec.resources[0].rawItems[2].kind: Required value",
		"spec.resources[0].rawItems[2].metadata.name: Required value",
		`spec.resources[0].rawItems[3]: Invalid value: "[]": must be a JSON object with Kubernetes metadata: json: cannot unmarshal array into Go value of type v1.PartialObjectMetadata`,
	}
	if diff := cmp.Diff(want, buildtest.Faults(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
