package flux_test

import (
	"fmt"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleKustomization() {
	repo, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}, sourcev1.GitRepositorySpec{
		URL: "https://github.com/org/dev-team.git",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ks, err := flux.Kustomization(metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}, kustomizev1.KustomizationSpec{
		SourceRef:          flux.SourceRef(repo),
		Path:               "./apps",
		Prune:              true,
		Wait:               true,
		ServiceAccountName: "gitops-reconciler",
		PostBuild:          &kustomizev1.PostBuild{Substitute: map[string]string{"region": "eu-west-1"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(ks.Spec)
	// Output:
	// interval: 10m0s
	// path: ./apps
	// postBuild:
	//   substitute:
	//     region: eu-west-1
	// prune: true
	// serviceAccountName: gitops-reconciler
	// sourceRef:
	//   kind: GitRepository
	//   name: dev-team
	//   namespace: dev-team
	// wait: true
}

// The error lists every invalid field, not only the first.
func ExampleGitRepository_invalid() {
	_, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "Dev_Team"}, sourcev1.GitRepositorySpec{
		URL:     "git@github.com:org/dev-team.git",
		Timeout: &metav1.Duration{Duration: time.Hour},
	})
	fmt.Println(apierrors.IsInvalid(err))
	for _, cause := range err.(apierrors.APIStatus).Status().Details.Causes {
		fmt.Println(cause.Field)
	}
	// Output:
	// true
	// metadata.name
	// spec.url
	// spec.timeout
}

// Validate checks an object that was changed or read as if it were new.
func ExampleValidate() {
	repo, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}, sourcev1.GitRepositorySpec{
		URL: "https://github.com/org/dev-team.git",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	repo.Spec.Reference = &sourcev1.GitRepositoryRef{SemVer: "latest"}
	fmt.Println(flux.Validate(repo))
	// Output:
	// GitRepository.source.toolkit.fluxcd.io "dev-team/dev-team" is invalid: spec.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0
}

// A dependency can be asked for more than to be ready.
func ExampleDependsOn() {
	database := &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "database"}}
	dependencies := flux.DependsOn(database)
	dependencies[0].ReadyExpr = "dep.metadata.labels.version == self.metadata.labels.version"
	print(dependencies)
	// Output:
	// - name: database
	//   namespace: dev-team
	//   readyExpr: dep.metadata.labels.version == self.metadata.labels.version
}

func ExampleHealthChecks() {
	web := &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "web"},
	}
	print(kustomizev1.KustomizationSpec{HealthChecks: flux.HealthChecks(web)}.HealthChecks)
	// Output:
	// - apiVersion: apps/v1
	//   kind: Deployment
	//   name: web
	//   namespace: dev-team-apps
}

// Separate controllers reconcile the objects of a shard.
func ExampleShard() {
	ks := &kustomizev1.Kustomization{}
	flux.Shard(ks, "shard1")
	print(ks.Labels)
	// Output:
	// sharding.fluxcd.io/key: shard1
}

func secret(name string) *meta.LocalObjectReference { return &meta.LocalObjectReference{Name: name} }

func print(v any) {
	out, err := yaml.Marshal(v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
}
