package renewal

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applyv1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

func (r *Result) ensureConfigMap(ctx context.Context, client kubernetes.Interface, target Target, opts Options) error {
	want, err := desiredConfigMap(target)
	if err != nil {
		return err
	}
	configMaps := client.CoreV1().ConfigMaps(target.Namespace)
	live, err := retry(ctx, func(ctx context.Context) (*corev1.ConfigMap, error) {
		return configMaps.Get(ctx, want.Name, metav1.GetOptions{})
	})
	switch {
	case apierrors.IsNotFound(err):
		r.Action, r.Reason = Created, "it did not exist"
	case err != nil:
		return fmt.Errorf("reading it: %w", err)
	case !maps.Equal(live.Data, want.Data):
		r.Action, r.Reason = Updated, "its data was another"
	case !holds(live.Labels, want.Labels) || !holds(live.Annotations, want.Annotations):
		r.Action, r.Reason = Updated, "a label or annotation was missing"
	default:
		r.Action = Unchanged
	}
	if r.Action == Unchanged || opts.DryRun {
		return nil
	}

	apply := applyv1.ConfigMap(want.Name, want.Namespace).WithData(want.Data).WithLabels(want.Labels).WithAnnotations(want.Annotations)
	_, err = retry(ctx, func(ctx context.Context) (*corev1.ConfigMap, error) {
		return configMaps.Apply(ctx, apply, applyOptions(opts))
	})
	if err != nil {
		return fmt.Errorf("applying it: %w", explain(err))
	}
	return nil
}

func desiredConfigMap(target Target) (*corev1.ConfigMap, error) {
	return kubeconfig.ConfigMap(target.metadata(), target.Account, target.Access)
}
