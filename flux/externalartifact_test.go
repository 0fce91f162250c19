package flux_test

import (
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var externalArtifact = buildtest.Kind[*sourcev1.ExternalArtifact]{
	Build: func(obj *sourcev1.ExternalArtifact) (*sourcev1.ExternalArtifact, error) {
		return flux.ExternalArtifact(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *sourcev1.ExternalArtifact) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &sourcev1.ExternalArtifact{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"},
	},
	Accepts: []string{
		`spec: {sourceRef: {apiVersion: example.com/v1, kind: Generator, name: apps, namespace: platform}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "an object of unknown kind",
			Change: `spec: {sourceRef: {kind: "", name: other}}`,
			Faults: []string{
				`spec.sourceRef.apiVersion: Required value`,
				`spec.sourceRef.kind: Required value`,
			},
			Stricter: "nothing can be found without a kind",
		},
		{
			Name:   "no object",
			Change: `spec: {sourceRef: {apiVersion: v1, kind: Pod, name: "", namespace: A}}`,
			Faults: []string{
				`spec.sourceRef.name: Required value`,
				`spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
			},
			Stricter: "no such object can exist",
		},
	},
}

func TestExternalArtifact(t *testing.T) { externalArtifact.Test(t) }
