package renewal

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// requestToken asks for a token of the target's account.
func requestToken(ctx context.Context, client kubernetes.Interface, target Target, lifetime time.Duration) (kubeconfig.Token, error) {
	seconds := int64(lifetime / time.Second)
	request := &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: target.Access.Audiences, ExpirationSeconds: &seconds},
	}
	issued, err := retry(ctx, func(ctx context.Context) (*authenticationv1.TokenRequest, error) {
		return client.CoreV1().ServiceAccounts(target.Namespace).CreateToken(ctx, target.Account, request, metav1.CreateOptions{})
	})
	if err != nil {
		return "", fmt.Errorf("requesting a token for ServiceAccount %s/%s: %w", target.Namespace, target.Account, err)
	}
	return kubeconfig.Token(issued.Status.Token), nil
}

// storedToken returns the token of the target's TokenSecret, or "" if it names
// none.
func storedToken(ctx context.Context, client kubernetes.Interface, target Target) (kubeconfig.Token, error) {
	if target.TokenSecret == "" {
		return "", nil
	}
	secret, err := retry(ctx, func(ctx context.Context) (*corev1.Secret, error) {
		return client.CoreV1().Secrets(target.Namespace).Get(ctx, target.TokenSecret, metav1.GetOptions{})
	})
	if err != nil {
		return "", fmt.Errorf("looking for a token in Secret %s/%s (Kubernetes makes none by itself since 1.24; without a TokenSecret one is requested): %w",
			target.Namespace, target.TokenSecret, err)
	}
	token, err := kubeconfig.TokenFrom(secret, target.Account)
	if err != nil {
		return "", fmt.Errorf("looking for a token (without a TokenSecret one is requested): %w", err)
	}
	return token, nil
}
