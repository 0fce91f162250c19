package flux_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
)

// The API server's words for names that are none.
const (
	notSubdomain     = `a lowercase RFC 1123 subdomain must consist of...`
	notLabel         = `a lowercase RFC 1123 label must consist of...`
	notLabelValue    = `a valid label must be an empty string or consist of...`
	notQualifiedName = `a valid label key must consist of...`
)

// checkCRD asks the API server's own code about an object that was built.
func checkCRD(t *testing.T, obj object) {
	t.Helper()
	for _, err := range crd.Validate(obj) {
		t.Errorf("the API server refuses what was built: %v", err)
	}
}

// checkVerdict compares the API server's verdict about an object that was
// refused here: the same, unless we mean to be stricter.
func checkVerdict(t *testing.T, obj object, stricter string) {
	t.Helper()
	errs := crd.Validate(obj)
	switch {
	case stricter == "" && len(errs) == 0:
		t.Error("the API server takes it, and no reason is given to be stricter")
	case stricter != "" && len(errs) > 0:
		t.Errorf("said to be stricter than the API server (%s), but that refuses it too: %v", stricter, errs)
	}
}

func scheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := flux.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return scheme
}
