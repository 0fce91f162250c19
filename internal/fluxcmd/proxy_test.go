package fluxcmd

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestDirect(t *testing.T) {
	c := Controller{Env: Env{}}
	const artifacts, attacker = "http://source-controller.flux-system.svc.cluster.local./", "https://attacker.example.com/x.yaml"
	for _, address := range []string{artifacts, attacker} {
		if !c.Direct(address) {
			t.Errorf("%s is not reached without a proxy", address)
		}
	}
	for name, value := range map[string]string{
		"HTTP_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "NO_PROXY": "$(KUBERNETES_SERVICE_HOST),a.example.com.",
	} {
		c.Env[name] = corev1.EnvVar{Name: name, Value: value}
	}
	for address, want := range map[string]bool{
		artifacts: false, attacker: false, "http://A.example.com./": true, "http://a.example.com/": false, "http://localhost:8080/metrics": true, "%": false,
	} {
		if got := c.Direct(address); got != want {
			t.Errorf("Direct(%s) = %v, want %v", address, got, want)
		}
	}
}
