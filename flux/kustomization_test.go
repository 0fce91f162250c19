package flux_test

import (
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type ksOption = flux.KustomizationOption

var (
	inDevTeam = metav1.ObjectMeta{Namespace: "dev-team", Name: "other"}
	elsewhere = metav1.ObjectMeta{Namespace: "platform", Name: "other"}
)

var kustomization = kind[*kustomizev1.Kustomization, ksOption]{
	build: func(opts ...ksOption) (*kustomizev1.Kustomization, error) {
		return flux.Kustomization("dev-team", "apps", flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}), opts...)
	},
	fn: func(f func(*kustomizev1.Kustomization) error) ksOption {
		return flux.KustomizationFunc(f)
	},
	nilFunc: flux.KustomizationFunc(nil),
	options: []sets[ksOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.RetryInterval(5 * time.Second), `spec: {retryInterval: 5s}`},
		{flux.Timeout(2 * time.Hour), `spec: {timeout: 2h}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.ServiceAccount("gitops-reconciler"), `spec: {serviceAccountName: gitops-reconciler}`},
		{
			flux.KubeConfig{ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}},
			`spec: {kubeConfig: {configMapRef: {name: proxy}}}`,
		},
		{
			flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Name: "proxy", Key: "kubeconfig"}},
			`spec: {kubeConfig: {secretRef: {name: proxy, key: kubeconfig}}}`,
		},
		{flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam}), `spec: {sourceRef: {kind: OCIRepository, name: other}}`},
		{flux.From(&sourcev1.Bucket{ObjectMeta: elsewhere}), `spec: {sourceRef: {kind: Bucket, name: other, namespace: platform}}`},
		{flux.From(&sourcev1.ExternalArtifact{ObjectMeta: inDevTeam}), `spec: {sourceRef: {kind: ExternalArtifact, name: other}}`},
		{flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: inDevTeam}), `spec: {dependsOn: [{name: other}]}`},
		{flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: elsewhere}), `spec: {dependsOn: [{name: other, namespace: platform}]}`},
		{flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: inDevTeam}).When("dep.ok"), `spec: {dependsOn: [{name: other, readyExpr: dep.ok}]}`},
		{flux.Path("./staging"), `spec: {path: ./staging}`},
		{flux.Prune(false), `spec: {prune: false}`},
		{flux.DeletionPolicy("Orphan"), `spec: {deletionPolicy: Orphan}`},
		{flux.Force(true), `spec: {force: true}`},
		{flux.Wait(true), `spec: {wait: true}`},
		{flux.TargetNamespace("dev-team-apps"), `spec: {targetNamespace: dev-team-apps}`},
		{
			flux.HealthChecks{{APIVersion: "apps/v1", Kind: "Deployment", Name: "web", Namespace: "dev-team-apps"}},
			`spec: {healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, namespace: dev-team-apps}]}`,
		},
		{
			flux.HealthCheckExprs{{APIVersion: "example.com/v1", Kind: "Database", HealthCheckExpressions: kustomize.HealthCheckExpressions{
				Current: "status.ready", InProgress: "!status.ready", Failed: "status.failed",
			}}},
			`spec: {healthCheckExprs: [{apiVersion: example.com/v1, kind: Database, current: status.ready, inProgress: "!status.ready", failed: status.failed}]}`,
		},
		{
			flux.IgnoreChanges{{Paths: []string{"/spec/replicas"}, Target: &kustomize.Selector{Kind: "Deployment"}}},
			`spec: {ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}`,
		},
		{flux.Decryption{SecretRef: &meta.LocalObjectReference{Name: "sops"}}, `spec: {decryption: {provider: sops, secretRef: {name: sops}}}`},
		{flux.Decryption{ServiceAccountName: "sops"}, `spec: {decryption: {provider: sops, serviceAccountName: sops}}`},
		{flux.Substitute{"region": "eu", "_n1": ""}, `spec: {postBuild: {substitute: {region: eu, _n1: ""}}}`},
		{
			flux.SubstituteFrom{{Kind: "ConfigMap", Name: "cluster", Optional: true}},
			`spec: {postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster, optional: true}]}}`,
		},
		{flux.SubstituteStrategy("Always"), `spec: {postBuild: {substituteStrategy: Always}}`},
		{flux.CommonLabels{"team": "dev"}, `spec: {commonMetadata: {labels: {team: dev}}}`},
		{flux.CommonAnnotations{"team": "dev"}, `spec: {commonMetadata: {annotations: {team: dev}}}`},
		{flux.NamePrefix("dev-"), `spec: {namePrefix: dev-}`},
		{flux.NameSuffix("-dev"), `spec: {nameSuffix: -dev}`},
		{
			flux.Patches{{Patch: "- op: remove\n  path: /spec/replicas\n", Target: &kustomize.Selector{Kind: "Deployment"}}},
			`spec: {patches: [{patch: "- op: remove\n  path: /spec/replicas\n", target: {kind: Deployment}}]}`,
		},
		{
			flux.Images{{Name: "nginx", NewName: "mirror/nginx", NewTag: "1.29", Digest: digest}},
			`spec: {images: [{name: nginx, newName: mirror/nginx, newTag: "1.29", digest: "` + digest + `"}]}`,
		},
		{flux.Components{"../components/ha"}, `spec: {components: [../components/ha]}`},
		{flux.IgnoreMissingComponents(true), `spec: {ignoreMissingComponents: true}`},
		{flux.BuildMetadata{"originAnnotations"}, `spec: {buildMetadata: [originAnnotations]}`},
	},
	invalid: []refuses[ksOption]{
		{
			name:     "a name that is no label value",
			options:  with(ksNamed(strings.Repeat("a", 64))),
			faults:   []string{`metadata.name: Too long: may not be more than 63 bytes`},
			stricter: "the controller labels what it applies with the name",
		},
		{
			name:    "no source",
			options: with[ksOption](flux.From((*sourcev1.GitRepository)(nil))),
			faults:  []string{`spec.sourceRef: Required value`},
		},
		{
			name:    "a source that holds no manifests",
			options: with[ksOption](flux.From(&sourcev1.HelmRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "Elsewhere"}})),
			faults: []string{
				`spec.sourceRef.kind: Unsupported value: "HelmRepository": supported values: "GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"`,
				`spec.sourceRef.name: Required value`,
				`spec.sourceRef.namespace: Invalid value: "Elsewhere": ` + notLabel,
			},
		},
		{
			name:    "durations",
			options: with[ksOption](flux.Interval(0), flux.RetryInterval(-1), flux.Timeout(time.Nanosecond)),
			faults: []string{
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.retryInterval: Invalid value: "-1ns": must be greater than 0s`,
				`spec.timeout: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
			},
		},
		{
			name: "dependencies",
			options: with[ksOption](
				flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}}),
				flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}}),
			),
			faults: []string{
				`spec.dependsOn[0].name: Required value`,
				`spec.dependsOn[0].namespace: Invalid value: "A": ` + notLabel,
				`spec.dependsOn[1]: Invalid value: "apps": must not depend on itself`,
			},
			stricter: "it would wait forever",
		},
		{
			name:     "a dependency of another kind",
			options:  with[ksOption](flux.DependsOn(&sourcev1.GitRepository{ObjectMeta: inDevTeam})),
			faults:   []string{`spec.dependsOn[0]: Invalid value: "GitRepository": must be a Kustomization`},
			stricter: "the reference is left out",
		},
		{
			name:     "a dependency on nothing",
			options:  with[ksOption](flux.DependsOn((*kustomizev1.Kustomization)(nil))),
			faults:   []string{`spec.dependsOn[0]: Required value: DependsOn was given no Kustomization`},
			stricter: "the reference is left out",
		},
		{
			name:    "path, account",
			options: with[ksOption](flux.Path("../other"), flux.ServiceAccount("system:admin")),
			faults: []string{
				`spec.path: Invalid value: "../other": must not contain ".."`,
				`spec.serviceAccountName: Invalid value: "system:admin": ` + notSubdomain,
			},
			stricter: "CVE-2022-24877; no such account can exist",
		},
		{
			name:    "no kubeconfig",
			options: with[ksOption](flux.KubeConfig{}),
			faults:  []string{`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`},
		},
		{
			name: "two kubeconfigs",
			options: with[ksOption](flux.KubeConfig{
				ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}, SecretRef: &meta.SecretKeyReference{Name: "proxy"},
			}),
			faults: []string{`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`},
		},
		{
			name:    "kubeconfig without a name",
			options: with[ksOption](flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Key: "a/b"}}),
			faults: []string{
				`spec.kubeConfig.secretRef.name: Required value`,
				`spec.kubeConfig.secretRef.key: Invalid value: "a/b": a valid config key must consist of...`,
			},
			stricter: "Flux takes the empty name for a Secret and never finds it",
		},
		{
			name:    "target namespace",
			options: with[ksOption](flux.TargetNamespace(strings.Repeat("a", 64))),
			faults:  []string{`spec.targetNamespace: Invalid value: "` + strings.Repeat("a", 64) + `": must be no more than 63 characters`},
		},
		{
			name:    "deletion policy",
			options: with[ksOption](flux.DeletionPolicy("Keep")),
			faults:  []string{`spec.deletionPolicy: Unsupported value: "Keep": supported values: "MirrorPrune", "Delete", "WaitForTermination", "Orphan"`},
		},
		{
			name:    "health",
			options: with[ksOption](flux.HealthChecks{{Namespace: "A"}}, flux.HealthCheckExprs{{}}),
			faults: []string{
				`spec.healthChecks[0].kind: Required value`,
				`spec.healthChecks[0].name: Required value`,
				`spec.healthChecks[0].namespace: Invalid value: "A": ` + notLabel,
				`spec.healthCheckExprs[0].apiVersion: Required value`,
				`spec.healthCheckExprs[0].kind: Required value`,
				`spec.healthCheckExprs[0].current: Required value`,
			},
			stricter: "nothing can be looked up without a kind and a name",
		},
		{
			name:    "affixes",
			options: with[ksOption](flux.NamePrefix(strings.Repeat("a", 201)), flux.NameSuffix(strings.Repeat("é", 201))),
			faults: []string{
				`spec.namePrefix: Invalid value: "` + strings.Repeat("a", 201) + `": must have at most 200 characters, has 201`,
				`spec.nameSuffix: Invalid value: "` + strings.Repeat("é", 201) + `": must have at most 200 characters, has 201`,
			},
		},
		{
			name:    "common metadata",
			options: with[ksOption](flux.CommonLabels{"a b": "c"}, flux.CommonAnnotations{"a/b/c": ""}),
			faults: []string{
				`spec.commonMetadata.labels: Invalid value: "a b": name part must consist of...`,
				`spec.commonMetadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
			},
			stricter: "nothing could be applied",
		},
		{
			name:    "decryption",
			options: with[ksOption](flux.Decryption{Provider: "age", SecretRef: &meta.LocalObjectReference{}, ServiceAccountName: "A"}),
			faults: []string{
				`spec.decryption.provider: Unsupported value: "age": supported values: "sops"`,
				`spec.decryption.secretRef.name: Required value`,
				`spec.decryption.serviceAccountName: Invalid value: "A": ` + notSubdomain,
			},
		},
		{
			name: "substitutions",
			options: with[ksOption](flux.SubstituteStrategy("Never"), flux.Substitute{"a-b": "", "1": "", "c": ""},
				flux.SubstituteFrom{{Kind: "Deployment"}}),
			faults: []string{
				`spec.postBuild.substituteStrategy: Unsupported value: "Never": supported values: "WithVariables", "Always"`,
				`spec.postBuild.substitute[1]: Invalid value: "1": must match ^[_[:alpha:]][_[:alpha:][:digit:]]*$`,
				`spec.postBuild.substitute[a-b]: Invalid value: "a-b": must match ^[_[:alpha:]][_[:alpha:][:digit:]]*$`,
				`spec.postBuild.substituteFrom[0].kind: Unsupported value: "Deployment": supported values: "Secret", "ConfigMap"`,
				`spec.postBuild.substituteFrom[0].name: Required value`,
			},
		},
		{
			name:     "patch and image",
			options:  with[ksOption](flux.Patches{{}}, flux.Images{{}}),
			faults:   []string{`spec.patches[0].patch: Required value`, `spec.images[0].name: Required value`},
			stricter: "kustomize refuses both",
		},
		{
			name:    "components",
			options: with[ksOption](flux.Components{"", "https://github.com/org/component"}),
			faults: []string{
				`spec.components[0]: Required value`,
				`spec.components[1]: Invalid value: "https://github.com/org/component": must be a path in the source`,
			},
			stricter: "the controller refuses both",
		},
		{
			name:    "build metadata",
			options: with[ksOption](flux.BuildMetadata{"managedByLabel"}),
			faults:  []string{`spec.buildMetadata[0]: Unsupported value: "managedByLabel": supported values: "originAnnotations", "transformerAnnotations"`},
		},
		{
			name:    "ignored changes",
			options: with[ksOption](flux.IgnoreChanges{{}, {Paths: []string{"spec.replicas"}}}),
			faults: []string{
				`spec.ignore[0].paths: Required value`,
				`spec.ignore[1].paths[0]: Invalid value: "spec.replicas": must be a JSON pointer, starting with "/"`,
			},
		},
	},
}

func TestKustomization(t *testing.T) { kustomization.test(t) }

func ksNamed(name string) ksOption {
	return flux.KustomizationFunc(func(ks *kustomizev1.Kustomization) error { ks.Name = name; return nil })
}
