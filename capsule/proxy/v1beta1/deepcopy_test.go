package v1beta1_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/randfill"

	"github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// A copy equals its original, and shares no memory with it.
func TestDeepCopy(t *testing.T) {
	fill := randfill.NewWithSeed(1).NilChance(0.1).NumElements(1, 3)
	for _, object := range []runtime.Object{
		&v1beta1.GlobalProxySettings{}, &v1beta1.GlobalProxySettingsList{},
		&v1beta1.ProxySetting{}, &v1beta1.ProxySettingList{},
	} {
		for range 50 {
			fill.Fill(object)
			copied := object.DeepCopyObject()
			if diff := cmp.Diff(object, copied); diff != "" {
				t.Fatalf("%T (-object +copy):\n%s", object, diff)
			}
			for _, path := range buildtest.SharedMemory(object, copied) {
				t.Errorf("%T shares %s with its copy", object, path)
			}
		}
	}
}

func TestDeepCopyNil(t *testing.T) {
	if (*v1beta1.ProxySetting)(nil).DeepCopyObject() != nil || (*v1beta1.GlobalProxySettings)(nil).DeepCopyObject() != nil ||
		(*v1beta1.ProxySettingList)(nil).DeepCopyObject() != nil || (*v1beta1.GlobalProxySettingsList)(nil).DeepCopyObject() != nil {
		t.Error("a copy of nothing is something")
	}
}

func TestAddToScheme(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1beta1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"GlobalProxySettings", "GlobalProxySettingsList", "ProxySetting", "ProxySettingList"} {
		if !scheme.Recognizes(v1beta1.GroupVersion.WithKind(kind)) {
			t.Errorf("%s is not registered", kind)
		}
	}
}
