package renewal

import (
	"bytes"
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applyv1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

func (r *Result) ensureSecret(ctx context.Context, client kubernetes.Interface, target Target, opts Options) error {
	stored, err := storedToken(ctx, client, target)
	if err != nil {
		return err
	}
	secrets := client.CoreV1().Secrets(target.Namespace)
	live, err := retry(ctx, func(ctx context.Context) (*corev1.Secret, error) {
		return secrets.Get(ctx, target.name(), metav1.GetOptions{})
	})
	switch {
	case apierrors.IsNotFound(err):
		r.Action, r.Reason = Created, "it did not exist"
	case err != nil:
		return fmt.Errorf("reading it: %w", err)
	case live.Type != corev1.SecretTypeOpaque:
		return fmt.Errorf("a Secret of type %s is in the way, and a type cannot be changed: delete it, or choose another name", live.Type)
	default:
		r.Action = Updated
		if r.Reason = r.compare(live, target, stored, opts); r.Reason == "" {
			r.Action = Unchanged
		}
	}
	if r.Action == Unchanged || opts.DryRun {
		return nil
	}

	token := stored
	if token == "" {
		if token, err = requestToken(ctx, client, target, opts.lifetime()); err != nil {
			return err
		}
	}
	now := time.Now()
	want, claims, err := desired(target, token)
	if err != nil {
		return err
	}
	_, err = retry(ctx, func(ctx context.Context) (*corev1.Secret, error) {
		return secrets.Apply(ctx, applySecret(want), applyOptions(opts))
	})
	if err != nil {
		return conceal(fmt.Errorf("applying it: %w", explain(err)), token)
	}
	r.Expires, r.Next = claims.Expires, next(claims, now)
	if skew := claims.IssuedAt.Sub(now).Round(time.Second); stored == "" && skew.Abs() > tolerance {
		r.Skew = skew
	}
	return nil
}

func applySecret(s *corev1.Secret) *applyv1.SecretApplyConfiguration {
	apply := applyv1.Secret(s.Name, s.Namespace).
		WithType(s.Type).WithData(s.Data).WithLabels(s.Labels).WithAnnotations(s.Annotations)
	for _, owner := range s.OwnerReferences {
		apply.WithOwnerReferences(applymetav1.OwnerReference().
			WithAPIVersion(owner.APIVersion).WithKind(owner.Kind).WithName(owner.Name).WithUID(owner.UID))
	}
	return apply
}

// compare returns why a Secret has to be written. If it returns "", it has set
// Expires and Next.
func (r *Result) compare(live *corev1.Secret, target Target, stored kubeconfig.Token, opts Options) string {
	key := target.key()
	token := tokenIn(live.Data[key])
	if token == "" {
		return "it held no token"
	}
	want, claims, err := desired(target, token)
	switch {
	case err != nil:
		return "its token was not one of the account"
	case !bytes.Equal(live.Data[key], want.Data[key]):
		return "its server, CA or names were others"
	case !holds(live.Labels, want.Labels) || !holds(live.Annotations, want.Annotations):
		return "a label or annotation was missing"
	case stored != "" && stored != token:
		return "its token was not that of the token Secret"
	case stored != "":
		r.Expires = claims.Expires
		return ""
	case len(target.Access.Audiences) > 0 && !sameSet(claims.Audiences, target.Access.Audiences):
		return "its token had other audiences"
	}
	if reason := due(claims, opts.lifetime(), time.Now()); reason != "" {
		return reason
	}
	r.Expires, r.Next = claims.Expires, next(claims, claims.IssuedAt)
	return ""
}

// desired is the Secret with the token. Its owner is the token's ServiceAccount: a
// token becomes invalid with its account, so Kubernetes may delete the Secret, too.
func desired(target Target, token kubeconfig.Token) (*corev1.Secret, kubeconfig.Claims, error) {
	config, err := kubeconfig.Config(target.Namespace, target.Account, target.Access, token)
	if err != nil {
		return nil, kubeconfig.Claims{}, err
	}
	claims, err := token.Claims()
	if err != nil {
		return nil, claims, err
	}
	secret, err := kubeconfig.Secret(target.metadata(), config, target.key())
	if err != nil {
		return nil, claims, err
	}
	if claims.AccountUID != "" {
		secret.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ServiceAccount", Name: target.Account, UID: claims.AccountUID}}
	}
	return secret, claims, nil
}

// tokenIn returns the token in a kubeconfig, or "".
func tokenIn(data []byte) kubeconfig.Token {
	config, err := clientcmd.Load(data)
	if err != nil {
		return ""
	}
	context := config.Contexts[config.CurrentContext]
	if context == nil || config.AuthInfos[context.AuthInfo] == nil {
		return ""
	}
	return kubeconfig.Token(config.AuthInfos[context.AuthInfo].Token)
}
