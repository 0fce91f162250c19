package lockdown

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestRead(t *testing.T) {
	deployment := func(image string, args ...string) *appsv1.Deployment {
		d := &appsv1.Deployment{}
		d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "sidecar", Args: []string{"--no-remote-bases"}}, {Image: image, Args: args}}
		return d
	}
	controller, flags := Read(deployment("registry.example.com:5000/fluxcd/helm-controller:v1.6.4",
		"--default-service-account", "x", "--feature-gates=A=true", "--no-cross-namespace-refs", "--feature-gates=B=true"))
	want := map[string]string{"default-service-account": "x", "feature-gates": "A=true,B=true", "no-cross-namespace-refs": "true"}
	if diff := cmp.Diff(want, flags); controller != "helm-controller" || diff != "" {
		t.Errorf("read %q (-want +got):\n%s", controller, diff)
	}
	if controller, flags := Read(deployment("ghcr.io/org/other:v1", "--no-remote-bases")); controller != "" || flags != nil {
		t.Errorf("another program is read as %q, %v", controller, flags)
	}
}
