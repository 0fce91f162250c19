package flux_test

import (
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type artifactOption = flux.ExternalArtifactOption

var externalArtifact = kind[*sourcev1.ExternalArtifact, artifactOption]{
	Kind: buildtest.Kind[*sourcev1.ExternalArtifact, artifactOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...artifactOption) (*sourcev1.ExternalArtifact, error) {
			return flux.ExternalArtifact("dev-team", "apps", opts...)
		},
		Func:    func(f func(*sourcev1.ExternalArtifact) error) artifactOption { return flux.ExternalArtifactFunc(f) },
		NilFunc: flux.ExternalArtifactFunc(nil),
		Options: []buildtest.Sets[artifactOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{
				Option: flux.MadeForObject{APIVersion: "example.com/v1", Kind: "Generator", Name: "apps", Namespace: "platform"},
				YAML:   `spec: {sourceRef: {apiVersion: example.com/v1, kind: Generator, name: apps, namespace: platform}}`,
			},
		},
		Invalid: []buildtest.Refuses[artifactOption]{
			{
				Name:     "an object of unknown kind",
				Options:  buildtest.With[artifactOption](flux.MadeFor(&kustomizev1.Kustomization{ObjectMeta: inDevTeam})),
				Faults:   []string{`spec.sourceRef.apiVersion: Required value`, `spec.sourceRef.kind: Required value`},
				Stricter: "nothing can be found without a kind",
			},
			{
				Name:     "no object",
				Options:  buildtest.With[artifactOption](flux.MadeFor(nil), flux.MadeForObject{APIVersion: "v1", Kind: "Pod", Namespace: "A"}),
				Faults:   []string{`spec.sourceRef.name: Required value`, `spec.sourceRef.namespace: Invalid value: "A": ` + notLabel},
				Stricter: "no such object can exist",
			},
		},
	},
}

func TestExternalArtifact(t *testing.T) { externalArtifact.Test(t) }

func TestMadeFor(t *testing.T) {
	ks, err := flux.Kustomization("dev-team", "apps", flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}))
	if err != nil {
		t.Fatal(err)
	}
	got := externalArtifact.Must(t, flux.MadeFor(ks)).Spec.SourceRef
	if got.APIVersion != "kustomize.toolkit.fluxcd.io/v1" || got.Kind != "Kustomization" || got.Name != "apps" || got.Namespace != "" {
		t.Errorf("refers to %+v, want the Kustomization apps of the same namespace", *got)
	}
}
