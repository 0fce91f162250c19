package flux_test

import (
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type artifactOption = flux.ExternalArtifactOption

var externalArtifact = kind[*sourcev1.ExternalArtifact, artifactOption]{
	build: func(opts ...artifactOption) (*sourcev1.ExternalArtifact, error) {
		return flux.ExternalArtifact("dev-team", "apps", opts...)
	},
	fn:      func(f func(*sourcev1.ExternalArtifact) error) artifactOption { return flux.ExternalArtifactFunc(f) },
	nilFunc: flux.ExternalArtifactFunc(nil),
	options: []sets[artifactOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{
			flux.MadeForObject{APIVersion: "example.com/v1", Kind: "Generator", Name: "apps", Namespace: "platform"},
			`spec: {sourceRef: {apiVersion: example.com/v1, kind: Generator, name: apps, namespace: platform}}`,
		},
	},
	invalid: []refuses[artifactOption]{
		{
			name:     "an object of unknown kind",
			options:  with[artifactOption](flux.MadeFor(&kustomizev1.Kustomization{ObjectMeta: inDevTeam})),
			faults:   []string{`spec.sourceRef.apiVersion: Required value`, `spec.sourceRef.kind: Required value`},
			stricter: "nothing can be found without a kind",
		},
		{
			name:     "no object",
			options:  with[artifactOption](flux.MadeFor(nil), flux.MadeForObject{APIVersion: "v1", Kind: "Pod", Namespace: "A"}),
			faults:   []string{`spec.sourceRef.name: Required value`, `spec.sourceRef.namespace: Invalid value: "A": ` + notLabel},
			stricter: "no such object can exist",
		},
	},
}

func TestExternalArtifact(t *testing.T) { externalArtifact.test(t) }

func TestMadeFor(t *testing.T) {
	ks, err := flux.Kustomization("dev-team", "apps", flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}))
	if err != nil {
		t.Fatal(err)
	}
	got := externalArtifact.must(t, flux.MadeFor(ks)).Spec.SourceRef
	if got.APIVersion != "kustomize.toolkit.fluxcd.io/v1" || got.Kind != "Kustomization" || got.Name != "apps" || got.Namespace != "" {
		t.Errorf("refers to %+v, want the Kustomization apps of the same namespace", *got)
	}
}
