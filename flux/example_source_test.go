package flux_test

import (
	"fmt"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleBucket() {
	bucket, err := flux.Bucket("dev-team", "manifests", "manifests", "s3.amazonaws.com",
		flux.AuthProvider("aws"), flux.Region("eu-west-1"), flux.ServiceAccount("bucket-reader"))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(bucket.Spec)
	// Output:
	// bucketName: manifests
	// endpoint: s3.amazonaws.com
	// interval: 1m0s
	// provider: aws
	// region: eu-west-1
	// serviceAccountName: bucket-reader
}

func ExampleHelmRepository() {
	repo, err := flux.HelmRepository("dev-team", "charts", "oci://ghcr.io/org/charts", flux.SecretRef("registry"))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(repo.Spec)
	// Output:
	// interval: 1m0s
	// secretRef:
	//   name: registry
	// type: oci
	// url: oci://ghcr.io/org/charts
}

func ExampleHelmChart() {
	repo, err := flux.HelmRepository("dev-team", "podinfo", "https://stefanprodan.github.io/podinfo")
	if err != nil {
		fmt.Println(err)
		return
	}
	chart, err := flux.HelmChart("dev-team", "podinfo", flux.From(repo), "podinfo", flux.Version(">=6.0.0 <7.0.0"))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(chart.Spec)
	// Output:
	// chart: podinfo
	// interval: 1m0s
	// sourceRef:
	//   kind: HelmRepository
	//   name: podinfo
	// version: '>=6.0.0 <7.0.0'
}

func ExampleExternalArtifact() {
	generator := &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "source.extensions.fluxcd.io/v1beta1", Kind: "ArtifactGenerator"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"},
	}
	artifact, err := flux.ExternalArtifact("dev-team", "apps", flux.MadeFor(generator))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(artifact.Spec)
	// Output:
	// sourceRef:
	//   apiVersion: source.extensions.fluxcd.io/v1beta1
	//   kind: ArtifactGenerator
	//   name: apps
}

// A dependency can be asked for more than being ready.
func ExampleDependencies_When() {
	database := &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "database"}}
	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git")
	if err != nil {
		fmt.Println(err)
		return
	}
	ks, err := flux.Kustomization("dev-team", "apps", flux.From(repo),
		flux.DependsOn(database).When("dep.metadata.labels.version == self.metadata.labels.version"))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(ks.Spec.DependsOn)
	// Output:
	// - name: database
	//   readyExpr: dep.metadata.labels.version == self.metadata.labels.version
}
