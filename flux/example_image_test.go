package flux_test

import (
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleImageRepository() {
	repo, err := flux.ImageRepository("dev-team", "app", "ghcr.io/org/app", flux.SecretRef("registry"), flux.ExcludeTags{`^.*\.sig$`, `-rc\d+$`})
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
	repo, err := flux.ImageRepository("dev-team", "app", "ghcr.io/org/app")
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := flux.ImagePolicy("dev-team", "app", repo, flux.Numerical("asc"),
		flux.FilterTags{Pattern: `^main-[a-f0-9]+-(?P<ts>[0-9]+)$`, Extract: "$ts"})
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
	// policy:
	//   numerical:
	//     order: asc
}

func ExampleImageUpdateAutomation() {
	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git", flux.Branch("main"))
	if err != nil {
		fmt.Println(err)
		return
	}
	automation, err := flux.ImageUpdateAutomation("dev-team", "images", flux.From(repo),
		flux.Author{Name: "Flux", Email: "flux@example.com"}, flux.PushBranch("image-updates"), flux.Path("./staging"))
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
	// update:
	//   path: ./staging
	//   strategy: Setters
}
