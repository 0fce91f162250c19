package flux_test

import (
	"fmt"
	"time"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleGitRepository() {
	repo, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}, sourcev1.GitRepositorySpec{
		URL:       "https://github.com/org/dev-team.git",
		Reference: &sourcev1.GitRepositoryRef{Branch: "main"},
		Interval:  metav1.Duration{Duration: 5 * time.Minute},
		SecretRef: secret("git-credentials"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(repo.Spec)
	// Output:
	// interval: 5m0s
	// ref:
	//   branch: main
	// secretRef:
	//   name: git-credentials
	// url: https://github.com/org/dev-team.git
}

func ExampleOCIRepository() {
	repo, err := flux.OCIRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}, sourcev1.OCIRepositorySpec{
		URL:                "oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/manifests",
		Reference:          &sourcev1.OCIRepositoryRef{SemVer: ">=1.0.0 <2.0.0"},
		Provider:           sourcev1.AmazonOCIProvider,
		ServiceAccountName: "puller",
		Verify: &sourcev1.OCIRepositoryVerification{MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{
			Issuer:  "^https://token.actions.githubusercontent.com$",
			Subject: "^https://github.com/org/manifests/.*$",
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(repo.Spec)
	// Output:
	// interval: 1m0s
	// provider: aws
	// ref:
	//   semver: '>=1.0.0 <2.0.0'
	// serviceAccountName: puller
	// url: oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/manifests
	// verify:
	//   matchOIDCIdentity:
	//   - issuer: ^https://token.actions.githubusercontent.com$
	//     subject: ^https://github.com/org/manifests/.*$
	//   provider: cosign
}

func ExampleBucket() {
	bucket, err := flux.Bucket(metav1.ObjectMeta{Namespace: "dev-team", Name: "manifests"}, sourcev1.BucketSpec{
		BucketName:         "manifests",
		Endpoint:           "s3.amazonaws.com",
		Provider:           sourcev1.BucketProviderAmazon,
		Region:             "eu-west-1",
		ServiceAccountName: "bucket-reader",
	})
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
	repo, err := flux.HelmRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "charts"}, sourcev1.HelmRepositorySpec{
		URL:       "oci://ghcr.io/org/charts",
		SecretRef: secret("registry"),
	})
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
	chart, err := flux.HelmChart(metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}, sourcev1.HelmChartSpec{
		SourceRef: sourcev1.LocalHelmChartSourceReference{Kind: sourcev1.HelmRepositoryKind, Name: "podinfo"},
		Chart:     "podinfo",
		Version:   ">=6.0.0 <7.0.0",
	})
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
	artifact, err := flux.ExternalArtifact(metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}, sourcev1.ExternalArtifactSpec{
		SourceRef: flux.MadeFor(generator),
	})
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
	//   namespace: dev-team
}
