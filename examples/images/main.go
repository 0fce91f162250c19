// Images commits new versions of an image to a tenant's repository.
//
//	go run ./examples/images
package main

import (
	"log"
	"os"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
	})
	check(err)

	image, err := team.NewImageRepository("web", reflectorv1.ImageRepositorySpec{Image: "ghcr.io/org/web"})
	check(err)
	latest, err := team.NewImagePolicy("web", reflectorv1.ImagePolicySpec{
		ImageRepositoryRef: flux.ImageRepositoryRef(image),
		Policy:             reflectorv1.ImagePolicyChoice{SemVer: &reflectorv1.SemVerPolicy{Range: "1.x"}},
	})
	check(err)
	update, err := team.NewImageUpdateAutomation("web", automationv1.ImageUpdateAutomationSpec{
		GitSpec: &automationv1.GitSpec{
			Commit: automationv1.CommitSpec{
				Author:          automationv1.CommitUser{Name: "flux", Email: "flux@example.com"},
				MessageTemplate: "Update {{ range .Changed.Changes }}{{ .NewValue }} {{ end }}",
			},
			Push: &automationv1.PushSpec{Branch: "image-updates"},
		},
		Update: &automationv1.UpdateStrategy{Path: "./apps", Strategy: automationv1.UpdateStrategySetters},
	})
	check(err)
	check(manifest.Write(os.Stdout, image, latest, update))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
