package flux_test

import (
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var kustomization = buildtest.Kind[*kustomizev1.Kustomization]{
	Build: func(obj *kustomizev1.Kustomization) (*kustomizev1.Kustomization, error) {
		return flux.Kustomization(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *kustomizev1.Kustomization) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &kustomizev1.Kustomization{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"},
		Spec: kustomizev1.KustomizationSpec{
			SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "other"},
			Prune:     true,
		},
	},
	Default: func(obj *kustomizev1.Kustomization) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultReconcileInterval
		}
		if decryption := obj.Spec.Decryption; decryption != nil && decryption.Provider == "" {
			decryption.Provider = "sops"
		}
	},
	Accepts: []string{
		`spec: {interval: 5m}`,
		`spec: {retryInterval: 5s}`,
		`spec: {timeout: 2h}`,
		`spec: {suspend: true}`,
		`spec: {serviceAccountName: gitops-reconciler}`,
		`spec: {kubeConfig: {configMapRef: {name: proxy}}}`,
		`spec: {kubeConfig: {secretRef: {key: kubeconfig, name: proxy}}}`,
		`spec: {sourceRef: {kind: OCIRepository}}`,
		`spec: {sourceRef: {kind: Bucket, namespace: platform}}`,
		`spec: {sourceRef: {kind: ExternalArtifact}}`,
		`spec: {dependsOn: [{name: other}]}`,
		`spec: {dependsOn: [{name: other, namespace: platform}]}`,
		`spec: {dependsOn: [{name: other, readyExpr: dep.ok}]}`,
		`spec: {path: ./staging}`,
		`spec: {prune: false}`,
		`spec: {deletionPolicy: Orphan}`,
		`spec: {force: true}`,
		`spec: {wait: true}`,
		`spec: {targetNamespace: dev-team-apps}`,
		`spec: {healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, namespace: dev-team-apps}]}`,
		`spec: {healthCheckExprs: [{apiVersion: example.com/v1, current: status.ready, failed: status.failed, inProgress: "!status.ready", kind: Database}]}`,
		`spec: {ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}`,
		`spec: {decryption: {provider: sops, secretRef: {name: sops}}}`,
		`spec: {decryption: {serviceAccountName: sops}}`,
		`spec: {postBuild: {substitute: {"_n1": "", region: eu}}}`,
		`spec: {postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster, optional: true}]}}`,
		`spec: {postBuild: {substituteStrategy: Always}}`,
		`spec: {commonMetadata: {labels: {team: dev}}}`,
		`spec: {commonMetadata: {annotations: {team: dev}}}`,
		`spec: {namePrefix: dev-}`,
		`spec: {nameSuffix: "-dev"}`,
		`spec: {patches: [{patch: "- op: remove\n  path: /spec/replicas\n", target: {kind: Deployment}}]}`,
		`spec: {images: [{digest: "sha256:9d2bd1eb3ff8fd9a7e2b7f1d8a4c0f6f5f5b2fd2c9ee4f0b4b2f1f3c5d7e9a1b", name: nginx, newName: mirror/nginx, newTag: "1.29"}]}`,
		`spec: {components: [../components/ha]}`,
		`spec: {ignoreMissingComponents: true}`,
		`spec: {buildMetadata: [originAnnotations]}`,
		`spec: {healthCheckExprs: [{apiVersion: cluster.x-k8s.io/v1beta1, current: "true"}]}`,
		`spec: {patches: [{patch: "{kind: A, apiVersion: v1, metadata: {name: a}}"}, {patch: "- {op: replace, path: /a, value: b}", target: {kind: "A|B", labelSelector: "a in (b)"}}]}`,
	},
	Refuses: kustomizationRefuses,
}

func TestKustomization(t *testing.T) { kustomization.Test(t) }
