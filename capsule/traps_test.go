package capsule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	nodev1 "k8s.io/api/node/v1"
	resourcev1 "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/schema"
)

// The Go type cannot say false, so Capsule's round trip through it must not happen:
// its webhook does not change a Tenant that already has the label.
func TestForbidOwnerPromotion(t *testing.T) {
	built, err := tenant.Build(tenant.Changed(t, `{metadata: {labels: {a: b}}, spec: {permissions: {matchOwners: [{matchLabels: {team: dev}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	before := built.DeepCopy()
	object, err := capsule.ForbidOwnerPromotion(built)
	if err != nil {
		t.Fatal(err)
	}
	want := `apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata:
  labels:
    a: b
    kubernetes.io/metadata.name: dev-team
  name: dev-team
spec:
  data: {}
  permissions:
    allowOwnerPromotion: false
    matchOwners:
    - matchLabels:
        team: dev
`
	got, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, err := range schema.Validate(object) {
		t.Error(err)
	}
	if diff := cmp.Diff(before, built); diff != "" {
		t.Errorf("the argument is changed:\n%s", diff)
	}
	object.SetLabels(nil)
	if built.Labels["a"] != "b" {
		t.Error("the labels are shared")
	}
	if _, err := capsule.ForbidOwnerPromotion(nil); err == nil {
		t.Error("no tenant: no error")
	}
}

// Capsule's own code, given the selector that Tenant adds, does not allow a class
// that is not named. Without that selector it would.
func TestClassesAreNotAllClasses(t *testing.T) {
	built, err := tenant.Build(tenant.Changed(t, `spec: {runtimeClasses: {allowed: [gvisor]}, deviceClasses: {allowed: [gpu]}}`))
	if err != nil {
		t.Fatal(err)
	}
	spec := built.Spec
	gvisor := &nodev1.RuntimeClass{ObjectMeta: metav1.ObjectMeta{Name: "gvisor"}}
	kata := &nodev1.RuntimeClass{ObjectMeta: metav1.ObjectMeta{Name: "kata", Labels: map[string]string{"kubernetes.io/metadata.name": "kata"}}}
	if !spec.RuntimeClasses.MatchSelectByName(gvisor) || spec.RuntimeClasses.MatchSelectByName(kata) {
		t.Error("gvisor alone should match the RuntimeClasses")
	}
	fpga := &resourcev1.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: "fpga"}}
	if !spec.DeviceClasses.Match("gpu") || spec.DeviceClasses.Match("fpga") || spec.DeviceClasses.SelectorMatch(fpga) {
		t.Error("gpu alone should match the DeviceClasses")
	}

	spec.RuntimeClasses.LabelSelector = metav1.LabelSelector{}
	if !spec.RuntimeClasses.MatchSelectByName(kata) {
		t.Error("Capsule no longer takes an empty selector for all: it need not be written, nor refused")
	}
}
