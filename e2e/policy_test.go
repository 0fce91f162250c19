package e2e

import (
	"context"
	"errors"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// setPolicy puts the library's admission policies into force, or out of it. It
// returns when the API server goes by them, which takes it some seconds.
func setPolicy(ctx context.Context, on bool) error {
	for _, policy := range tenant.AdmissionPolicies() {
		if on {
			if err := ServerSideApply(ctx, cluster.Client, policy.Objects()); err != nil {
				return err
			}
			continue
		}
		for _, obj := range policy.Objects() {
			if err := client.IgnoreNotFound(cluster.Client.Delete(ctx, obj)); err != nil {
				return err
			}
		}
	}

	probe := &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: "policy-probe", Labels: map[string]string{tenant.Label: "probe"}}}
	if err := ServerSideApply(ctx, cluster.Client, []client.Object{probe}); err != nil {
		return err
	}
	return eventually(ctx, time.Minute, func(ctx context.Context) error {
		anonymous := &kustomizev1.Kustomization{
			ObjectMeta: metav1.ObjectMeta{Namespace: probe.Name, Name: "anonymous"},
			Spec: kustomizev1.KustomizationSpec{
				Interval:  metav1.Duration{Duration: time.Minute},
				SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "none"},
			},
		}
		err := cluster.Client.Create(ctx, anonymous, client.DryRunAll)
		switch {
		case on && err == nil:
			return errors.New("the admission policy is not in force")
		case !on && err != nil:
			return err
		}
		return nil
	})
}
