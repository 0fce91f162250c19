package renewal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Ensure makes sure that the target's Secret or ConfigMap exists, is correct, and
// holds a token that is not due for renewal. It writes only if necessary. It may run
// concurrently.
//
// Requests that fail with a temporary error are retried for some seconds. The Result
// holds the error, too. No error shows a token.
func Ensure(ctx context.Context, client kubernetes.Interface, target Target, opts Options) (Result, error) {
	result := Result{Target: target}
	err := result.ensure(ctx, client, opts)
	if err != nil {
		err = fmt.Errorf("%s: %w", target, err)
		result = Result{Target: target, Err: err}
	}
	return result, err
}

func (r *Result) ensure(ctx context.Context, client kubernetes.Interface, opts Options) error {
	target, err := r.Target.withCA(ctx, client)
	if err != nil {
		return err
	}
	if err := target.validate(opts); err != nil {
		return err
	}
	if target.Access.Tokenless() {
		return r.ensureConfigMap(ctx, client, target, opts)
	}
	return r.ensureSecret(ctx, client, target, opts)
}

// withCA returns the target with the CA that its server has now.
func (t Target) withCA(ctx context.Context, client kubernetes.Interface) (Target, error) {
	if t.CASecret == nil {
		return t, nil
	}
	secret, err := retry(ctx, func(ctx context.Context) (*corev1.Secret, error) {
		return client.CoreV1().Secrets(t.CASecret.Namespace).Get(ctx, t.CASecret.Name, metav1.GetOptions{})
	})
	if err != nil {
		return t, fmt.Errorf("looking for the server's CA in Secret %s/%s: %w", t.CASecret.Namespace, t.CASecret.Name, err)
	}
	ca, err := kubeconfig.CAFrom(secret, t.CASecret.Key)
	if err != nil {
		return t, fmt.Errorf("looking for the server's CA: %w", err)
	}
	t.Access.CA = ca
	return t, nil
}

// applyOptions are the options of every server-side apply.
func applyOptions(opts Options) metav1.ApplyOptions {
	return metav1.ApplyOptions{FieldManager: FieldManager, Force: opts.Force}
}

// explain says what to do about a conflict with another field manager.
func explain(err error) error {
	if !apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict) {
		return err
	}
	return fmt.Errorf("somebody else has set fields of it; delete it, or take the fields over with Force: %w", err)
}

// conceal returns the error, unless it shows the token. An admission webhook may
// quote the object that it was sent.
func conceal(err error, token kubeconfig.Token) error {
	if err == nil || !strings.Contains(err.Error(), string(token)) {
		return err
	}
	return fmt.Errorf("%s (the message is withheld: it shows the token)", apierrors.ReasonForError(err))
}

// holds reports whether have contains everything in want.
func holds(have, want map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

func sameSet(a, b []string) bool {
	return maps.Equal(setOf(a), setOf(b))
}

func setOf(s []string) map[string]bool {
	set := make(map[string]bool, len(s))
	for v := range slices.Values(s) {
		set[v] = true
	}
	return set
}
