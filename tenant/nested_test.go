package tenant_test

import (
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestNewKustomization: a nested Kustomization is the root one but for its name
// and what the options say.
func TestNewKustomization(t *testing.T) {
	for name, spec := range specs(t) {
		t.Run(name, func(t *testing.T) {
			bundle, err := tenant.Build(spec)
			if err != nil {
				t.Fatal(err)
			}
			root := bundle.Kustomization
			got, err := bundle.NewKustomization("apps", flux.Path("./apps"), flux.Wait(true), flux.DependsOn(root), flux.Timeout(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			want := &kustomizev1.Kustomization{
				TypeMeta: root.TypeMeta,
				ObjectMeta: metav1.ObjectMeta{
					Namespace: root.Namespace, Name: "apps", Labels: root.Labels, Annotations: root.Annotations,
				},
				Spec: kustomizev1.KustomizationSpec{
					ServiceAccountName: root.Spec.ServiceAccountName,
					KubeConfig:         root.Spec.KubeConfig,
					SourceRef:          root.Spec.SourceRef,
					Interval:           root.Spec.Interval,
					RetryInterval:      root.Spec.RetryInterval,
					Prune:              true,
					Path:               "./apps",
					Wait:               true,
					Timeout:            &metav1.Duration{Duration: time.Minute},
					DependsOn:          []meta.DependencyReference{{Name: root.Name}},
				},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if faults := crd.Validate(got); len(faults) > 0 {
				t.Error(faults.ToAggregate())
			}
		})
	}
}

func TestNewKustomizationRefuses(t *testing.T) {
	bundle, err := tenant.Build(valid())
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := &sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "flux-system"}}
	other := &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "other-team", Name: "other-team"}}
	tests := map[string]struct {
		opts []flux.KustomizationOption
		want []string
	}{
		"another account":      {[]flux.KustomizationOption{flux.ServiceAccount("admin")}, []string{`spec.serviceAccountName: Invalid value: "admin"`}},
		"no account":           {[]flux.KustomizationOption{flux.ServiceAccount("")}, []string{`spec.serviceAccountName: Invalid value: ""`}},
		"another access":       {[]flux.KustomizationOption{flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Name: "mine"}}}, []string{"spec.kubeConfig: Forbidden"}},
		"foreign source":       {[]flux.KustomizationOption{flux.From(elsewhere)}, []string{`spec.sourceRef.namespace: Invalid value: "flux-system"`}},
		"foreign dependency":   {[]flux.KustomizationOption{flux.DependsOn(other)}, []string{`spec.dependsOn[0].namespace: Invalid value: "other-team"`}},
		"platform as target":   {[]flux.KustomizationOption{flux.TargetNamespace("kube-system")}, []string{`spec.targetNamespace: Invalid value: "kube-system"`}},
		"with the field's own": {[]flux.KustomizationOption{flux.ServiceAccount("admin"), flux.Path("../x")}, []string{"spec.serviceAccountName: ", "spec.path: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := bundle.NewKustomization("apps", test.opts...)
			if err == nil || got != nil {
				t.Fatalf("got %v and error %v, want none and one", got, err)
			}
			if !apierrors.IsInvalid(err) {
				t.Errorf("apierrors.IsInvalid is false for: %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q: %v", want, err)
				}
			}
		})
	}
}
