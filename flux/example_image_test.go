package flux_test

import (
	"fmt"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleImageRepository() {
	repo, err := flux.ImageRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "app"}, reflectorv1.ImageRepositorySpec{
		Image:         "ghcr.io/org/app",
		SecretRef:     secret("registry"),
		ExclusionList: []string{`^.*\.sig$`, `-rc\d+$`},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(repo.Spec)
	// Output:
	// exclusionList:
	// - ^.*\.sig$
	// - -rc\d+$
	// image: ghcr.io/org/app
	// interval: 1m0s
	// secretRef:
	//   name: registry
}

func ExampleImagePolicy() {
	repo := &reflectorv1.ImageRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "app"}}
	policy, err := flux.ImagePolicy(metav1.ObjectMeta{Namespace: "dev-team", Name: "app"}, reflectorv1.ImagePolicySpec{
		ImageRepositoryRef: flux.ImageRepositoryRef(repo),
		FilterTags:         &reflectorv1.TagFilter{Pattern: `^main-[a-f0-9]+-(?P<ts>[0-9]+)$`, Extract: "$ts"},
		Policy:             reflectorv1.ImagePolicyChoice{Numerical: &reflectorv1.NumericalPolicy{Order: "asc"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(policy.Spec)
	// Output:
	// filterTags:
	//   extract: $ts
	//   pattern: ^main-[a-f0-9]+-(?P<ts>[0-9]+)$
	// imageRepositoryRef:
	//   name: app
	//   namespace: dev-team
	// policy:
	//   numerical:
	//     order: asc
}

func ExampleImageUpdateAutomation() {
	repo := &sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}}
	automation, err := flux.ImageUpdateAutomation(metav1.ObjectMeta{Namespace: "dev-team", Name: "images"}, automationv1.ImageUpdateAutomationSpec{
		SourceRef: automationv1.CrossNamespaceSourceReference(flux.SourceRef(repo)),
		GitSpec: &automationv1.GitSpec{
			Commit: automationv1.CommitSpec{Author: automationv1.CommitUser{Name: "Flux", Email: "flux@example.com"}},
			Push:   &automationv1.PushSpec{Branch: "image-updates"},
		},
		Update: &automationv1.UpdateStrategy{Strategy: automationv1.UpdateStrategySetters, Path: "./staging"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(automation.Spec)
	// Output:
	// git:
	//   commit:
	//     author:
	//       email: flux@example.com
	//       name: Flux
	//   push:
	//     branch: image-updates
	// interval: 10m0s
	// sourceRef:
	//   kind: GitRepository
	//   name: dev-team
	//   namespace: dev-team
	// update:
	//   path: ./staging
	//   strategy: Setters
}
