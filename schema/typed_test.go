package schema_test

import (
	"strings"
	"testing"
	"time"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/schema"
)

// Objects as the builders return them: upstream's types, whose zero fields are
// on the wire too (status, data: null).
func typed() []runtime.Object {
	return []runtime.Object{
		&sourcev1.GitRepository{
			TypeMeta:   metav1.TypeMeta{APIVersion: "source.toolkit.fluxcd.io/v1", Kind: "GitRepository"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "team"},
			Spec: sourcev1.GitRepositorySpec{
				URL:      "https://example.com/team.git",
				Interval: metav1.Duration{Duration: 5 * time.Minute},
			},
		},
		&capsulev1beta2.Tenant{
			TypeMeta:   metav1.TypeMeta{APIVersion: "capsule.clastix.io/v1beta2", Kind: "Tenant"},
			ObjectMeta: metav1.ObjectMeta{Name: "team"},
		},
	}
}

func TestValidateTyped(t *testing.T) {
	for _, obj := range typed() {
		if errs := schema.Validate(obj); len(errs) > 0 {
			t.Errorf("%T: %v", obj, errs.ToAggregate())
		}
	}
}

// A duration of Go's that the CRD has no way to say.
func TestValidateTypedTimeout(t *testing.T) {
	repo := typed()[0].(*sourcev1.GitRepository)
	repo.Spec.Timeout = &metav1.Duration{Duration: time.Hour}
	errs := schema.Validate(repo)
	if len(errs) != 1 || errs[0].Field != "spec.timeout" || !strings.Contains(errs[0].Detail, "should match") {
		t.Errorf("timeout of an hour: got %v, want an error at spec.timeout", errs)
	}
}

func BenchmarkValidate(b *testing.B) {
	for _, obj := range typed() {
		b.Run(obj.GetObjectKind().GroupVersionKind().Kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schema.Validate(obj)
			}
		})
	}
}
