package fluxcmd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestRead(t *testing.T) {
	d := &appsv1.Deployment{}
	d.Spec.Template.Spec.Containers = []corev1.Container{
		{Name: "sidecar", Args: []string{"--no-remote-bases"}},
		{
			Image: "registry.example.com:5000/fluxcd/helm-controller:v1.6.4",
			Args: []string{"--default-service-account", "$(ACCOUNT)", "--feature-gates=A=true", "--no-cross-namespace-refs",
				"--feature-gates=B=true", "--metrics-addr=$(POD_IP):8080"},
			Env: []corev1.EnvVar{
				{Name: "ACCOUNT", Value: "x"},
				{Name: "POD_IP", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}}},
			},
		},
	}
	c, ok := Read(d)
	want := Flags{
		"default-service-account": "x", "feature-gates": "A=true,B=true", "no-cross-namespace-refs": "true", "metrics-addr": "$(POD_IP):8080",
	}
	if diff := cmp.Diff(want, c.Flags); !ok || c.Name != Helm || diff != "" {
		t.Errorf("read %q (-want +got):\n%s", c.Name, diff)
	}
	if got := c.Env.Field("POD_IP"); got != "status.podIP" {
		t.Errorf("POD_IP is taken from %q", got)
	}
}

func TestReadOtherDeployments(t *testing.T) {
	d := &appsv1.Deployment{}
	d.Spec.Template.Spec.Containers = []corev1.Container{{Image: "ghcr.io/org/other:v1", Args: []string{"--no-remote-bases"}}}
	if c, ok := Read(d); ok {
		t.Errorf("another program is read as %v", c)
	}
	d.Name = "kustomize-controller-shard1"
	if c, ok := Read(d); !ok || c.Name != Kustomize || len(c.Flags) > 0 {
		t.Errorf("a controller whose container is unknown is read as %v, %v", c, ok)
	}
}

func TestReadEnv(t *testing.T) {
	secret := &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "k"}}
	env := readEnv([]corev1.EnvVar{
		{Name: "A", Value: "$(B)"}, {Name: "B", Value: "b"}, {Name: "C", Value: "$(A)-$(B)-$$(B)-$(D)-$B-$(B"},
		{Name: "B", Value: "c"}, {Name: "D", ValueFrom: secret}, {Name: "E", Value: "$(B)$(D)$"},
	}, nil)
	got := map[string]string{}
	for name := range env {
		got[name] = env[name].Value
	}
	want := map[string]string{"A": "$(B)", "B": "c", "C": "$(B)-b-$(B)-$(D)-$B-$(B", "D": "", "E": "c$(D)$"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestProcess(t *testing.T) {
	d := &appsv1.Deployment{}
	d.Name = Kustomize
	d.Spec.Template.Spec.Containers = []corev1.Container{{
		Name: "manager",
		Args: []string{"--metrics-addr=[$(POD_IP)]:8080", "--log-level=info"},
		Env: []corev1.EnvVar{
			{Name: "POD_IP", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}}},
			{Name: "GOMEMLIMIT", ValueFrom: &corev1.EnvVarSource{ResourceFieldRef: &corev1.ResourceFieldSelector{Resource: "limits.memory"}}},
			{Name: "NO_PROXY", Value: "$(KUBERNETES_SERVICE_HOST),a"},
		},
	}}
	args, env := Process(d, map[string]string{"POD_IP": "10.0.0.1", "KUBERNETES_SERVICE_HOST": "10.96.0.1"})
	if diff := cmp.Diff([]string{"--metrics-addr=[10.0.0.1]:8080", "--log-level=info"}, args); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"KUBERNETES_SERVICE_HOST=10.96.0.1", "NO_PROXY=10.96.0.1,a", "POD_IP=10.0.0.1"}, env); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}
