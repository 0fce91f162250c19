package e2e

import (
	"context"
	"errors"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// probeNamespace is one to which the policies apply.
const probeNamespace = "policy-probe"

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

	probe := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: probeNamespace, Labels: map[string]string{tenant.Label: "probe"}},
	}
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

// TestPolicyOnOtherKinds asks the API server about objects of the controllers
// that do not run here.
func TestPolicyOnOtherKinds(t *testing.T) {
	for _, test := range []struct{ name, object, says string }{
		{
			"Alert: events of another namespace",
			`{apiVersion: notification.toolkit.fluxcd.io/v1beta3, kind: Alert, spec: {providerRef: {name: x}, eventSources: [{kind: Kustomization, name: "*", namespace: flux-system}]}}`,
			"spec.eventSources: ",
		},
		{
			"Receiver: resources of another namespace",
			`{apiVersion: notification.toolkit.fluxcd.io/v1, kind: Receiver, spec: {type: github, secretRef: {name: x}, resources: [{kind: GitRepository, name: x, namespace: flux-system}]}}`,
			"spec.resources: ",
		},
		{
			"ImagePolicy: repository of another namespace",
			`{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImagePolicy, spec: {imageRepositoryRef: {name: x, namespace: flux-system}, policy: {alphabetical: {}}}}`,
			"spec.imageRepositoryRef.namespace: ",
		},
		{
			"ImageUpdateAutomation: source of another namespace",
			`{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageUpdateAutomation, spec: {interval: 10m, sourceRef: {kind: GitRepository, name: x, namespace: flux-system}, git: {commit: {author: {email: a@example.com}}}}}`,
			"spec.sourceRef.namespace: ",
		},
		{
			"ImageRepository: cloud identity of the controller",
			`{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, spec: {interval: 10m, image: example.com/x, provider: aws}}`,
			"spec.serviceAccountName: ",
		},
		{
			"GitRepository: cloud identity of the controller",
			`{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, spec: {interval: 10m, url: "https://example.com/x", provider: azure}}`,
			"spec.serviceAccountName: ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCase(t)
			obj := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(test.object), obj); err != nil {
				c.Fatal(err)
			}
			obj.SetNamespace(probeNamespace)
			obj.SetName("probe")
			err := cluster.Client.Create(c.Context(), obj, client.DryRunAll)
			if err == nil {
				c.Fatal("not refused")
			}
			c.outcome, c.detail = refused, "by "+byPolicy
			contains(c, err.Error(), "ValidatingAdmissionPolicy", test.says)
		})
	}
}
