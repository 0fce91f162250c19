package buildtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/schema"
)

// CheckCRD checks a built object with the API server's own code.
func CheckCRD(t *testing.T, obj Object) {
	t.Helper()
	for _, err := range validateCRD(obj) {
		t.Errorf("the API server rejects what was built: %v", err)
	}
}

// validateCRD accepts every object of a kind without a CRD.
func validateCRD(obj Object) field.ErrorList {
	if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
		return nil
	}
	return schema.Validate(obj)
}

// checkVerdict checks that the API server rejects a rejected object too, unless a
// reason to be stricter is given.
func checkVerdict(t *testing.T, obj Object, stricter string) {
	t.Helper()
	if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
		return
	}
	errs := schema.Validate(obj)
	switch {
	case stricter == "" && len(errs) == 0:
		t.Error("the API server accepts it, and no reason is given to be stricter")
	case stricter != "" && len(errs) > 0:
		t.Errorf("said to be stricter than the API server (%s), but that rejects it too: %v", stricter, errs)
	}
}

// Faults are the causes of an Invalid error, as "path: message".
func Faults(err error) []string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return nil
	}
	var list []string
	for _, cause := range status.Status().Details.Causes {
		list = append(list, cause.Field+": "+cause.Message)
	}
	return list
}

// Words compares faults, where "..." at the end of one stands for any text.
var Words = cmp.Comparer(func(a, b string) bool {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		if start, ok := strings.CutSuffix(pair[0], "..."); ok && strings.HasPrefix(pair[1], start) {
			return true
		}
	}
	return a == b
})

func qualifiedName(obj Object) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}
