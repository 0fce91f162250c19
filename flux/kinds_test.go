package flux_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// A table is the part of a kind's table that the tests of all kinds need.
type table interface {
	// Random makes an object from the choices, and reports whether it was accepted.
	Random(*testing.T, *buildtest.Choices) bool
	// Rejections are the rows of rejected objects.
	Rejections(*testing.T) []buildtest.Rejection
	TestMutations(*testing.T)
}

// tables are the tables by their kind.
var tables = map[string][]table{
	"GitRepository":         {gitRepository},
	"OCIRepository":         {ociRepository},
	"Bucket":                {bucket},
	"HelmRepository":        {helmRepository},
	"HelmChart":             {helmChart},
	"ExternalArtifact":      {externalArtifact},
	"Kustomization":         {kustomization},
	"HelmRelease":           {helmRelease, releaseOfChart},
	"Provider":              {provider},
	"Alert":                 {alert},
	"Receiver":              {receiver},
	"ImageRepository":       {imageRepository},
	"ImagePolicy":           {imagePolicy},
	"ImageUpdateAutomation": {imageUpdateAutomation},
}

// The API server's words for names that are invalid.
const (
	notSubdomain     = `a lowercase RFC 1123 subdomain must consist of...`
	notLabel         = `a lowercase RFC 1123 label must consist of...`
	notLabelValue    = `a valid label must be an empty string or consist of...`
	notQualifiedName = `a valid label key must consist of...`
)

// Flux's scheme and the tables hold the same kinds.
func TestEveryKindHasAConstructor(t *testing.T) {
	for gvk := range scheme(t).AllKnownTypes() {
		if !strings.HasSuffix(gvk.Group, ".toolkit.fluxcd.io") || strings.HasSuffix(gvk.Kind, "List") || !served(gvk.Kind) {
			continue
		}
		if tables[gvk.Kind] == nil {
			t.Errorf("%s has no constructor, or none that is tested", gvk)
		}
	}
}

// served leaves out the kinds that the API machinery registers in every group.
func served(kind string) bool {
	return !strings.HasSuffix(kind, "Options") && kind != "WatchEvent"
}

func TestMutations(t *testing.T) {
	for name, kind := range tables {
		for _, table := range kind {
			t.Run(name, table.TestMutations)
		}
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
