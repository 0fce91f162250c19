package renewal

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Read reports the current content of the target's Secret or ConfigMap, as Flux reads
// it.
func Read(ctx context.Context, client kubernetes.Interface, target Target) (kubeconfig.Report, error) {
	report, err := read(ctx, client, target)
	if err != nil {
		return kubeconfig.Report{}, fmt.Errorf("%s: %w", target, err)
	}
	return report, nil
}

func read(ctx context.Context, client kubernetes.Interface, target Target) (report kubeconfig.Report, err error) {
	if target.Access.Tokenless() {
		cm, err := retry(ctx, func(ctx context.Context) (*corev1.ConfigMap, error) {
			return client.CoreV1().ConfigMaps(target.Namespace).Get(ctx, target.name(), metav1.GetOptions{})
		})
		if err != nil {
			return report, err
		}
		return kubeconfig.ReadConfigMap(cm), nil
	}
	secret, err := retry(ctx, func(ctx context.Context) (*corev1.Secret, error) {
		return client.CoreV1().Secrets(target.Namespace).Get(ctx, target.name(), metav1.GetOptions{})
	})
	if err != nil {
		return report, err
	}
	return kubeconfig.ReadSecret(secret, target.key()), nil
}
