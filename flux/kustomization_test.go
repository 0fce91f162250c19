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
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type ksOption = flux.KustomizationOption

var (
	inDevTeam = metav1.ObjectMeta{Namespace: "dev-team", Name: "other"}
	elsewhere = metav1.ObjectMeta{Namespace: "platform", Name: "other"}
)

var kustomization = kind[*kustomizev1.Kustomization, ksOption]{
	Kind: buildtest.Kind[*kustomizev1.Kustomization, ksOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...ksOption) (*kustomizev1.Kustomization, error) {
			return flux.Kustomization("dev-team", "apps", flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}), opts...)
		},
		Func: func(f func(*kustomizev1.Kustomization) error) ksOption {
			return flux.KustomizationFunc(f)
		},
		NilFunc: flux.KustomizationFunc(nil),
		Options: []buildtest.Sets[ksOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.RetryInterval(5 * time.Second), YAML: `spec: {retryInterval: 5s}`},
			{Option: flux.Timeout(2 * time.Hour), YAML: `spec: {timeout: 2h}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.ServiceAccount("gitops-reconciler"), YAML: `spec: {serviceAccountName: gitops-reconciler}`},
			{
				Option: flux.KubeConfig{ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}},
				YAML:   `spec: {kubeConfig: {configMapRef: {name: proxy}}}`,
			},
			{
				Option: flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Name: "proxy", Key: "kubeconfig"}},
				YAML:   `spec: {kubeConfig: {secretRef: {name: proxy, key: kubeconfig}}}`,
			},
			{Option: flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam}), YAML: `spec: {sourceRef: {kind: OCIRepository, name: other}}`},
			{Option: flux.From(&sourcev1.Bucket{ObjectMeta: elsewhere}), YAML: `spec: {sourceRef: {kind: Bucket, name: other, namespace: platform}}`},
			{Option: flux.From(&sourcev1.ExternalArtifact{ObjectMeta: inDevTeam}), YAML: `spec: {sourceRef: {kind: ExternalArtifact, name: other}}`},
			{Option: flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: inDevTeam}), YAML: `spec: {dependsOn: [{name: other}]}`},
			{Option: flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: elsewhere}), YAML: `spec: {dependsOn: [{name: other, namespace: platform}]}`},
			{Option: flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: inDevTeam}).When("dep.ok"), YAML: `spec: {dependsOn: [{name: other, readyExpr: dep.ok}]}`},
			{Option: flux.Path("./staging"), YAML: `spec: {path: ./staging}`},
			{Option: flux.Prune(false), YAML: `spec: {prune: false}`},
			{Option: flux.DeletionPolicy("Orphan"), YAML: `spec: {deletionPolicy: Orphan}`},
			{Option: flux.Force(true), YAML: `spec: {force: true}`},
			{Option: flux.Wait(true), YAML: `spec: {wait: true}`},
			{Option: flux.TargetNamespace("dev-team-apps"), YAML: `spec: {targetNamespace: dev-team-apps}`},
			{
				Option: flux.HealthChecks{{APIVersion: "apps/v1", Kind: "Deployment", Name: "web", Namespace: "dev-team-apps"}},
				YAML:   `spec: {healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, namespace: dev-team-apps}]}`,
			},
			{
				Option: flux.HealthCheckExprs{{APIVersion: "example.com/v1", Kind: "Database", HealthCheckExpressions: kustomize.HealthCheckExpressions{
					Current: "status.ready", InProgress: "!status.ready", Failed: "status.failed",
				}}},
				YAML: `spec: {healthCheckExprs: [{apiVersion: example.com/v1, kind: Database, current: status.ready, inProgress: "!status.ready", failed: status.failed}]}`,
			},
			{
				Option: flux.IgnoreChanges{{Paths: []string{"/spec/replicas"}, Target: &kustomize.Selector{Kind: "Deployment"}}},
				YAML:   `spec: {ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}`,
			},
			{Option: flux.Decryption{SecretRef: &meta.LocalObjectReference{Name: "sops"}}, YAML: `spec: {decryption: {provider: sops, secretRef: {name: sops}}}`},
			{Option: flux.Decryption{ServiceAccountName: "sops"}, YAML: `spec: {decryption: {provider: sops, serviceAccountName: sops}}`},
			{Option: flux.Substitute{"region": "eu", "_n1": ""}, YAML: `spec: {postBuild: {substitute: {region: eu, _n1: ""}}}`},
			{
				Option: flux.SubstituteFrom{{Kind: "ConfigMap", Name: "cluster", Optional: true}},
				YAML:   `spec: {postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster, optional: true}]}}`,
			},
			{Option: flux.SubstituteStrategy("Always"), YAML: `spec: {postBuild: {substituteStrategy: Always}}`},
			{Option: flux.CommonLabels{"team": "dev"}, YAML: `spec: {commonMetadata: {labels: {team: dev}}}`},
			{Option: flux.CommonAnnotations{"team": "dev"}, YAML: `spec: {commonMetadata: {annotations: {team: dev}}}`},
			{Option: flux.NamePrefix("dev-"), YAML: `spec: {namePrefix: dev-}`},
			{Option: flux.NameSuffix("-dev"), YAML: `spec: {nameSuffix: -dev}`},
			{
				Option: flux.Patches{{Patch: "- op: remove\n  path: /spec/replicas\n", Target: &kustomize.Selector{Kind: "Deployment"}}},
				YAML:   `spec: {patches: [{patch: "- op: remove\n  path: /spec/replicas\n", target: {kind: Deployment}}]}`,
			},
			{
				Option: flux.Images{{Name: "nginx", NewName: "mirror/nginx", NewTag: "1.29", Digest: digest}},
				YAML:   `spec: {images: [{name: nginx, newName: mirror/nginx, newTag: "1.29", digest: "` + digest + `"}]}`,
			},
			{Option: flux.Components{"../components/ha"}, YAML: `spec: {components: [../components/ha]}`},
			{Option: flux.IgnoreMissingComponents(true), YAML: `spec: {ignoreMissingComponents: true}`},
			{Option: flux.BuildMetadata{"originAnnotations"}, YAML: `spec: {buildMetadata: [originAnnotations]}`},
		},
		Invalid: []buildtest.Refuses[ksOption]{
			{
				Name:     "a name that is no label value",
				Options:  buildtest.With(ksNamed(strings.Repeat("a", 64))),
				Faults:   []string{`metadata.name: Too long: may not be more than 63 bytes`},
				Stricter: "the controller labels what it applies with the name",
			},
			{
				Name:    "no source",
				Options: buildtest.With[ksOption](flux.From((*sourcev1.GitRepository)(nil))),
				Faults:  []string{`spec.sourceRef: Required value`},
			},
			{
				Name:    "a source that holds no manifests",
				Options: buildtest.With[ksOption](flux.From(&sourcev1.HelmRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "Elsewhere"}})),
				Faults: []string{
					`spec.sourceRef.kind: Unsupported value: "HelmRepository": supported values: "GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"`,
					`spec.sourceRef.name: Required value`,
					`spec.sourceRef.namespace: Invalid value: "Elsewhere": ` + notLabel,
				},
			},
			{
				Name:    "durations",
				Options: buildtest.With[ksOption](flux.Interval(0), flux.RetryInterval(-1), flux.Timeout(time.Nanosecond)),
				Faults: []string{
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
					`spec.retryInterval: Invalid value: "-1ns": must be greater than 0s`,
					`spec.timeout: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
				},
			},
			{
				Name: "dependencies",
				Options: buildtest.With[ksOption](
					flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}}),
					flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}}),
				),
				Faults: []string{
					`spec.dependsOn[0].name: Required value`,
					`spec.dependsOn[0].namespace: Invalid value: "A": ` + notLabel,
					`spec.dependsOn[1]: Invalid value: "apps": must not depend on itself`,
				},
				Stricter: "it would wait forever",
			},
			{
				Name:     "a dependency of another kind",
				Options:  buildtest.With[ksOption](flux.DependsOn(&sourcev1.GitRepository{ObjectMeta: inDevTeam})),
				Faults:   []string{`spec.dependsOn[0]: Invalid value: "GitRepository": must be a Kustomization`},
				Stricter: "the reference is left out",
			},
			{
				Name:     "a dependency on nothing",
				Options:  buildtest.With[ksOption](flux.DependsOn((*kustomizev1.Kustomization)(nil))),
				Faults:   []string{`spec.dependsOn[0]: Required value: DependsOn was given no Kustomization`},
				Stricter: "the reference is left out",
			},
			{
				Name:    "path, account",
				Options: buildtest.With[ksOption](flux.Path("../other"), flux.ServiceAccount("system:admin")),
				Faults: []string{
					`spec.path: Invalid value: "../other": must not contain ".."`,
					`spec.serviceAccountName: Invalid value: "system:admin": ` + notSubdomain,
				},
				Stricter: "CVE-2022-24877; no such account can exist",
			},
			{
				Name:    "no kubeconfig",
				Options: buildtest.With[ksOption](flux.KubeConfig{}),
				Faults:  []string{`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`},
			},
			{
				Name: "two kubeconfigs",
				Options: buildtest.With[ksOption](flux.KubeConfig{
					ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}, SecretRef: &meta.SecretKeyReference{Name: "proxy"},
				}),
				Faults: []string{`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`},
			},
			{
				Name:    "kubeconfig without a name",
				Options: buildtest.With[ksOption](flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Key: "a/b"}}),
				Faults: []string{
					`spec.kubeConfig.secretRef.name: Required value`,
					`spec.kubeConfig.secretRef.key: Invalid value: "a/b": a valid config key must consist of...`,
				},
				Stricter: "Flux takes the empty name for a Secret and never finds it",
			},
			{
				Name:    "target namespace",
				Options: buildtest.With[ksOption](flux.TargetNamespace(strings.Repeat("a", 64))),
				Faults:  []string{`spec.targetNamespace: Invalid value: "` + strings.Repeat("a", 64) + `": must be no more than 63 characters`},
			},
			{
				Name:    "deletion policy",
				Options: buildtest.With[ksOption](flux.DeletionPolicy("Keep")),
				Faults:  []string{`spec.deletionPolicy: Unsupported value: "Keep": supported values: "MirrorPrune", "Delete", "WaitForTermination", "Orphan"`},
			},
			{
				Name:    "health",
				Options: buildtest.With[ksOption](flux.HealthChecks{{Namespace: "A"}}, flux.HealthCheckExprs{{}}),
				Faults: []string{
					`spec.healthChecks[0].kind: Required value`,
					`spec.healthChecks[0].name: Required value`,
					`spec.healthChecks[0].namespace: Invalid value: "A": ` + notLabel,
					`spec.healthCheckExprs[0].apiVersion: Required value`,
					`spec.healthCheckExprs[0].kind: Required value`,
					`spec.healthCheckExprs[0].current: Required value`,
				},
				Stricter: "nothing can be looked up without a kind and a name",
			},
			{
				Name:    "affixes",
				Options: buildtest.With[ksOption](flux.NamePrefix(strings.Repeat("a", 201)), flux.NameSuffix(strings.Repeat("é", 201))),
				Faults: []string{
					`spec.namePrefix: Invalid value: "` + strings.Repeat("a", 201) + `": must have at most 200 characters, has 201`,
					`spec.nameSuffix: Invalid value: "` + strings.Repeat("é", 201) + `": must have at most 200 characters, has 201`,
				},
			},
			{
				Name:    "common metadata",
				Options: buildtest.With[ksOption](flux.CommonLabels{"a b": "c"}, flux.CommonAnnotations{"a/b/c": ""}),
				Faults: []string{
					`spec.commonMetadata.labels: Invalid value: "a b": name part must consist of...`,
					`spec.commonMetadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
				},
				Stricter: "nothing could be applied",
			},
			{
				Name:    "decryption",
				Options: buildtest.With[ksOption](flux.Decryption{Provider: "age", SecretRef: &meta.LocalObjectReference{}, ServiceAccountName: "A"}),
				Faults: []string{
					`spec.decryption.provider: Unsupported value: "age": supported values: "sops"`,
					`spec.decryption.secretRef.name: Required value`,
					`spec.decryption.serviceAccountName: Invalid value: "A": ` + notSubdomain,
				},
			},
			{
				Name: "substitutions",
				Options: buildtest.With[ksOption](flux.SubstituteStrategy("Never"), flux.Substitute{"a-b": "", "1": "", "c": ""},
					flux.SubstituteFrom{{Kind: "Deployment"}}),
				Faults: []string{
					`spec.postBuild.substituteStrategy: Unsupported value: "Never": supported values: "WithVariables", "Always"`,
					`spec.postBuild.substitute[1]: Invalid value: "1": must match ^[_[:alpha:]][_[:alpha:][:digit:]]*$`,
					`spec.postBuild.substitute[a-b]: Invalid value: "a-b": must match ^[_[:alpha:]][_[:alpha:][:digit:]]*$`,
					`spec.postBuild.substituteFrom[0].kind: Unsupported value: "Deployment": supported values: "Secret", "ConfigMap"`,
					`spec.postBuild.substituteFrom[0].name: Required value`,
				},
			},
			{
				Name:     "patch and image",
				Options:  buildtest.With[ksOption](flux.Patches{{}}, flux.Images{{}}),
				Faults:   []string{`spec.patches[0].patch: Required value`, `spec.images[0].name: Required value`},
				Stricter: "kustomize refuses both",
			},
			{
				Name:    "components",
				Options: buildtest.With[ksOption](flux.Components{"", "https://github.com/org/component"}),
				Faults: []string{
					`spec.components[0]: Required value`,
					`spec.components[1]: Invalid value: "https://github.com/org/component": must be a path in the source`,
				},
				Stricter: "the controller refuses both",
			},
			{
				Name:    "build metadata",
				Options: buildtest.With[ksOption](flux.BuildMetadata{"managedByLabel"}),
				Faults:  []string{`spec.buildMetadata[0]: Unsupported value: "managedByLabel": supported values: "originAnnotations", "transformerAnnotations"`},
			},
			{
				Name:    "ignored changes",
				Options: buildtest.With[ksOption](flux.IgnoreChanges{{}, {Paths: []string{"spec.replicas"}}}),
				Faults: []string{
					`spec.ignore[0].paths: Required value`,
					`spec.ignore[1].paths[0]: Invalid value: "spec.replicas": must be a JSON pointer, starting with "/"`,
				},
			},
		},
	},
}

func TestKustomization(t *testing.T) { kustomization.Test(t) }

func ksNamed(name string) ksOption {
	return flux.KustomizationFunc(func(ks *kustomizev1.Kustomization) error { ks.Name = name; return nil })
}
