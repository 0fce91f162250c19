package attack_test

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// artifactAttacks are by way of source-watcher, where it runs: artifacts that it makes
// from sources, and Kustomizations that apply them.
func artifactAttacks() []attack {
	list := []attack{
		{
			name:   "ArtifactGenerator in its home: another tenant's source",
			object: generator("${me}", "${victim}"),
			always: refusal{byRBAC, `resource "artifactgenerators"`},
		},
		{
			name:    "ArtifactGenerator in its own namespace: another tenant's source",
			object:  generator("${mine}", "${victim}"),
			always:  refusal{byQuota, "exceeded quota: isolation"},
			policy:  refusal{byPolicy, "spec.sources[].namespace: "},
			profile: true,
		},
		{
			name:    "ArtifactGenerator in its own namespace: the platform's tree",
			object:  generator("${mine}", "flux-system"),
			always:  refusal{byQuota, "exceeded quota: isolation"},
			policy:  refusal{byPolicy, "spec.sources[].namespace: "},
			profile: true,
		},
		{
			name:          "Kustomization: another tenant's artifact",
			kustomization: `{sourceRef: {kind: ExternalArtifact, name: apps, namespace: "${victim}"}}`,
			flags:         refusal{byFlag, "cross-namespace references have been blocked"},
			policy:        refusal{byPolicy, "spec.sourceRef.namespace: "},
			admitted:      true, // the victim has none
		},
		{
			name:          "Kustomization: the platform's artifact of a group",
			kustomization: `{sourceRef: {kind: ExternalArtifact, name: tenants-031, namespace: flux-system}}`,
			flags:         refusal{byFlag, "cross-namespace references have been blocked"},
			policy:        refusal{byPolicy, "spec.sourceRef.namespace: "},
			admitted:      true,
		},
		{
			name: "status of an artifact in its own namespace: another tenant's",
			call: func(ctx context.Context, a *attempt) error {
				artifact := harness.Object("source.toolkit.fluxcd.io/v1", "ExternalArtifact", a.attacker.App().Name, a.id)
				artifact.Object["spec"] = map[string]any{}
				return a.borrowStatus(ctx, artifact, a.expand(borrowedArtifact))
			},
			always:  refusal{byQuota, "exceeded quota: isolation"},
			profile: true,
		},
		{
			name: "status of an ArtifactGenerator in its own namespace: deletes the platform's artifacts",
			call: func(ctx context.Context, a *attempt) error {
				own := harness.Object("source.extensions.fluxcd.io/v1beta1", "ArtifactGenerator", a.attacker.App().Name, a.id)
				own.Object["spec"] = map[string]any{
					"sources":   []any{map[string]any{"alias": "a", "kind": "GitRepository", "name": "attacks"}},
					"artifacts": []any{map[string]any{"name": a.id, "copy": []any{map[string]any{"from": "@a/**", "to": "@artifact/"}}}},
				}
				return a.borrowStatus(ctx, own, `{"status":{"inventory":[{"name":"tenants-031","namespace":"flux-system","digest":"x","filename":"x"}]}}`)
			},
			always:  refusal{byQuota, "exceeded quota: isolation"},
			profile: true,
		},
	}
	for i := range list {
		list[i].watcher = true
	}
	return list
}

// borrowStatus makes an object and writes its status.
func (a *attempt) borrowStatus(ctx context.Context, obj *unstructured.Unstructured, status string) error {
	if err := client.IgnoreAlreadyExists(a.client.Create(ctx, obj)); err != nil {
		return err
	}
	return a.client.Status().Patch(ctx, obj, harness.MergePatch(status), client.DryRunAll)
}

// generator is an ArtifactGenerator in a namespace that copies from a source of another.
func generator(in, from string) string {
	return `{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: ArtifactGenerator, metadata: {name: "${id}", namespace: "` + in + `"},
spec: {sources: [{alias: a, kind: GitRepository, name: attacks, namespace: "` + from + `"}], artifacts: [{name: "${id}", copy: [{from: "@a/**", to: "@artifact/"}]}]}}`
}
