package renewal_test

import (
	"fmt"
	"testing"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/clustertest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// secretOf reads the target's Secret, which must exist.
func secretOf(t *testing.T, c *clustertest.Cluster, target renewal.Target) *corev1.Secret {
	t.Helper()
	s, err := c.CoreV1().Secrets(target.Namespace).Get(t.Context(), "gitops-reconciler-kubeconfig", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func secretTarget(namespace string) renewal.Target {
	return renewal.Target{
		Namespace: namespace, Account: "gitops-reconciler",
		Access: kubeconfig.Access{
			Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
			SecretRef: &meta.SecretKeyReference{},
		},
		CASecret: &renewal.CASecret{Namespace: "capsule-system", Name: "capsule-proxy"},
		Labels:   map[string]string{"toolkit.fluxcd.io/tenant": namespace},
	}
}

func tokenlessTarget(namespace string) renewal.Target {
	t := secretTarget(namespace)
	t.Access.SecretRef = nil
	t.Access.Audiences = []string{"https://kubernetes.default.svc.cluster.local"}
	return t
}

func many(n int) []renewal.Target {
	var targets []renewal.Target
	for i := range n {
		targets = append(targets, secretTarget(fmt.Sprintf("tenant-%d", i)))
	}
	return targets
}
