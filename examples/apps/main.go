// Apps adds a Kustomization and two HelmReleases to a tenant: fields that keep them
// in the tenant are filled in, and objects that would leave it are rejected.
//
//	go run ./examples/apps
package main

import (
	"log"
	"os"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// values are the values of the chart that this program cares about.
type values struct {
	Replicas int    `json:"replicaCount"`
	Message  string `json:"message"`
}

func main() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
	})
	check(err)

	jobs, err := team.NewKustomization("jobs", kustomizev1.KustomizationSpec{Path: "./jobs", Prune: true})
	check(err)
	charts, err := team.NewHelmRepository("podinfo", sourcev1.HelmRepositorySpec{URL: "https://stefanprodan.github.io/podinfo"})
	check(err)
	fromStruct, err := flux.Values(values{Replicas: 2, Message: "hello"})
	check(err)
	web, err := team.NewHelmRelease("web", helmv2.HelmReleaseSpec{
		Chart:           flux.Chart(charts, "podinfo", "6.x"),
		TargetNamespace: "dev-team-prod",
		Values:          fromStruct,
	})
	check(err)
	fromText, err := flux.ValuesYAML("replicaCount: 1\nredis: {enabled: true}\n")
	check(err)
	cache, err := team.NewHelmRelease("cache", helmv2.HelmReleaseSpec{
		Chart:           flux.Chart(charts, "podinfo", "6.x"),
		TargetNamespace: "dev-team-prod",
		DependsOn:       flux.DependsOn(web),
		Values:          fromText,
	})
	check(err)

	check(team.Add(jobs, charts, web, cache))
	check(manifest.WriteAll(os.Stdout, team.Objects()))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
