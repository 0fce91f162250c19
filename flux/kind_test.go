package flux_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
)

// A kind is the tables of one builder, and sets of options of which none makes
// sense without the others.
type kind[T buildtest.Object, O any] struct {
	buildtest.Kind[T, O]
	together [][]O
}

func (k kind[T, O]) Test(t *testing.T) {
	k.Kind.Test(t)
	t.Run("together", func(t *testing.T) {
		for _, options := range k.together {
			checkCRD(t, k.Must(t, options...))
		}
	})
}

// sets are the options of the tables, each with what it needs.
func (k kind[T, O]) sets() [][]O {
	all := k.together
	for _, row := range k.Options {
		all = append(all, []O{row.Option})
	}
	return all
}

// The API server's words for names that are none.
const (
	notSubdomain     = `a lowercase RFC 1123 subdomain must consist of...`
	notLabel         = `a lowercase RFC 1123 label must consist of...`
	notLabelValue    = `a valid label must be an empty string or consist of...`
	notQualifiedName = `a valid label key must consist of...`
)

// checkCRD asks the API server's own code about an object that was built.
func checkCRD(t *testing.T, obj buildtest.Object) {
	t.Helper()
	for _, err := range crd.Validate(obj) {
		t.Errorf("the API server refuses what was built: %v", err)
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
