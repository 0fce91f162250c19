package tenant_test

import (
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestValidateExpressions: the fields of each kind are found, in objects with and without a
// Go type.
func TestValidateExpressions(t *testing.T) {
	object := func(apiVersion, kind string, spec map[string]any) runtime.Object {
		return &unstructured.Unstructured{Object: map[string]any{"apiVersion": apiVersion, "kind": kind, "spec": spec}}
	}
	health := []any{map[string]any{"apiVersion": "a/v1", "kind": "A", "current": "status.x =="}}
	for name, test := range map[string]struct {
		obj  runtime.Object
		want []string
	}{
		"Kustomization": {object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", map[string]any{"healthCheckExprs": health}), []string{"spec.healthCheckExprs[0].current"}},
		"HelmRelease": {object("helm.toolkit.fluxcd.io/v2", "HelmRelease", map[string]any{"dependsOn": []any{map[string]any{"name": "a", "readyExpr": "self."}}}),
			[]string{"spec.dependsOn[0].readyExpr"}},
		"Provider":        {object("notification.toolkit.fluxcd.io/v1beta3", "Provider", map[string]any{"commitStatusExpr": "1"}), []string{"spec.commitStatusExpr"}},
		"Receiver":        {object("notification.toolkit.fluxcd.io/v1", "Receiver", map[string]any{"resourceFilter": "req."}), []string{"spec.resourceFilter"}},
		"valid":           {object("notification.toolkit.fluxcd.io/v1", "Receiver", map[string]any{"resourceFilter": "true"}), nil},
		"another version": {object("notification.toolkit.fluxcd.io/v1beta1", "Receiver", map[string]any{"resourceFilter": "req."}), nil},
		"another kind":    {object("v1", "ConfigMap", map[string]any{"resourceFilter": "req."}), nil},
		"another shape":   {object("notification.toolkit.fluxcd.io/v1", "Receiver", map[string]any{"resourceFilter": []any{}}), nil},
		"typed": {&helmv2.HelmRelease{Spec: helmv2.HelmReleaseSpec{HealthCheckExprs: []kustomize.CustomHealthCheck{{HealthCheckExpressions: kustomize.HealthCheckExpressions{Failed: "("}}}}},
			[]string{"spec.healthCheckExprs[0].failed"}},
		"nothing":    {nil, nil},
		"a nil type": {(*unstructured.Unstructured)(nil), nil},
	} {
		var got []string
		for _, err := range tenant.ValidateExpressions(test.obj) {
			got = append(got, err.Field)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
