package flux_test

import (
	"fmt"
	"time"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleGitRepository() {
	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git",
		flux.Branch("main"), flux.Interval(5*time.Minute), flux.SecretRef("git-credentials"))
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

// Every problem is listed, not just the first.
func ExampleGitRepository_invalid() {
	_, err := flux.GitRepository("dev-team", "Dev_Team", "git@github.com:org/dev-team.git",
		flux.Timeout(time.Hour))
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

// A field without an option can be set with a function.
func ExampleGitRepositoryFunc() {
	repo, err := flux.GitRepository("dev-team", "dev-team", "ssh://git@github.com/org/dev-team.git",
		flux.GitRepositoryFunc(func(repo *sourcev1.GitRepository) error {
			repo.Finalizers = []string{"example.com/audit"}
			return nil
		}))
	fmt.Println(repo.Finalizers, err)
	// Output: [example.com/audit] <nil>
}

func ExampleOCIRepository() {
	repo, err := flux.OCIRepository("dev-team", "dev-team", "oci://ghcr.io/org/manifests",
		flux.SemVer(">=1.0.0 <2.0.0"), flux.AuthProvider("aws"), flux.ServiceAccount("puller"))
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
	// url: oci://ghcr.io/org/manifests
}

func ExampleKustomization() {
	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git")
	if err != nil {
		fmt.Println(err)
		return
	}
	ks, err := flux.Kustomization("dev-team", "apps", flux.From(repo),
		flux.Path("./apps"), flux.ServiceAccount("gitops-reconciler"), flux.Wait(true),
		flux.Substitute{"region": "eu-west-1"})
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
	// wait: true
}

func print(v any) {
	out, err := yaml.Marshal(v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
}
