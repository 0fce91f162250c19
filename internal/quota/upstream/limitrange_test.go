package upstream

import (
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/core/validation"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
)

var (
	limited = []string{
		"cpu", "memory", "ephemeral-storage", "storage", "hugepages-2Mi", "nvidia.com/gpu", "requests.nvidia.com/gpu",
		"kubernetes.io/batch", "pods", "requests.cpu", "gold", "a b", "", strings.Repeat("a", 240) + ".com/gpu",
	}
	types = []corev1.LimitType{"Container", "Pod", "PersistentVolumeClaim", "Node", ""}
)

// FuzzValidateLimits: both reject and accept the same, except entries without a limit
// or with one that the controller ignores, which only we reject.
func FuzzValidateLimits(f *testing.F) {
	for i := range limited {
		f.Add([]byte{1, byte(i), 1})
	}
	f.Fuzz(func(t *testing.T, choices []byte) { compareLimits(t, choices) })
}

// The same with choices that are random, but the same in every run.
func TestValidateLimits(t *testing.T) {
	source := rand.NewChaCha8([32]byte{})
	accepted := 0
	for range 30_000 {
		choices := make([]byte, 32)
		source.Read(choices)
		accepted += compareLimits(t, choices)
	}
	if accepted < 300 {
		t.Errorf("only %d of the LimitRanges were accepted: the choices are too wild to show anything", accepted)
	}
}

// compareLimits reports how many LimitRanges were accepted.
func compareLimits(t *testing.T, choices []byte) int {
	t.Helper()
	given := corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "b"}, Spec: corev1.LimitRangeSpec{Limits: randomLimits(choices)}}
	var internal core.LimitRange
	if err := conversion.Convert_v1_LimitRange_To_core_LimitRange(&given, &internal, nil); err != nil {
		t.Fatal(err)
	}
	theirs := validation.ValidateLimitRange(&internal)
	ours := quota.ValidateLimits(field.NewPath("spec", "limits"), given.Spec.Limits)
	switch {
	case len(ours) == 0 && len(theirs) > 0:
		t.Errorf("accepted, but the API server refuses %v: %v", given.Spec.Limits, theirs)
	case len(ours) > 0 && len(theirs) == 0 && !stricterLimits(ours):
		t.Errorf("refused, but the API server accepts %v: %v", given.Spec.Limits, ours)
	case len(ours) == 0:
		return 1
	}
	return 0
}

// stricterLimits reports whether one of the faults is one that the API server does
// not check.
func stricterLimits(errs field.ErrorList) bool {
	for _, err := range errs {
		switch {
		case err.Detail == "must not be negative", err.Detail == "at least one limit", err.Detail == "only containers have defaults",
			strings.HasPrefix(err.Detail, "must be whole bytes"):
			return true
		case err.Detail == `supported values: "storage"`: // of a claim, only storage is looked at
			return true
		}
	}
	return false
}

// randomLimits makes entries of the choices.
func randomLimits(choices []byte) []corev1.LimitRangeItem {
	next := func(n int) int {
		if len(choices) == 0 {
			return 0
		}
		choice := int(choices[0]) % n
		choices = choices[1:]
		return choice
	}
	list := func() corev1.ResourceList {
		if next(2) == 0 {
			return nil
		}
		return corev1.ResourceList{corev1.ResourceName(limited[next(len(limited))]): resource.MustParse(quantities[next(len(quantities))])}
	}
	var items []corev1.LimitRangeItem
	for range next(3) {
		item := corev1.LimitRangeItem{
			Type: types[next(len(types))], Min: list(), Max: list(), Default: list(), DefaultRequest: list(), MaxLimitRequestRatio: list(),
		}
		items = append(items, item)
	}
	return items
}
