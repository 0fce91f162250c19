package tenant_test

import (
	"fmt"
	"github.com/fluxcapsule/fluxcapsule/flux"
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"log"
	"os"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func ExampleBuild() {
	team, err := tenant.Build(tenant.Spec{
		Name:   "dev-team",
		Git:    tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
		Owners: []tenant.Owner{{Kind: "Group", Name: "dev-team-admins"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, obj := range team.Objects() {
		fmt.Println(obj.GetObjectKind().GroupVersionKind().Kind, obj.GetName())
	}
	// Output:
	// Namespace dev-team
	// ServiceAccount gitops-reconciler
	// RoleBinding gitops-reconciler
	// TenantOwner dev-team.gitops-reconciler
	// TenantOwner dev-team.group.dev-team-admins
	// Tenant dev-team
	// GlobalTenantResource dev-team.isolation
	// GitRepository dev-team
	// Kustomization dev-team
	// ResourceQuota home
}

// Every fault is listed, with its path in the spec.
func ExampleBuild_invalid() {
	_, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Home: "flux-system",
		Git:  tenant.Git{URL: "git@github.com:org/dev-team.git"},
	})
	fmt.Println(err)
	// Output:
	// tenant.Spec "dev-team" is invalid: [home: Invalid value: "flux-system": must not be a namespace of Kubernetes, Flux or Capsule, git.url: Invalid value: "git@github.com:org/dev-team.git": must be a URL: write ssh://git@github.com/org/dev-team.git]
}

// The objects in the tenant's repository act as its account.
func ExampleBundle_NewKustomization() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
		Path: "./staging",
	})
	if err != nil {
		log.Fatal(err)
	}
	apps, err := team.NewKustomization("apps", kustomizev1.KustomizationSpec{
		Path: "./apps", Prune: true, TargetNamespace: "dev-team-apps",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := manifest.Write(os.Stdout, apps); err != nil {
		log.Fatal(err)
	}
	// Output:
	// ---
	// apiVersion: kustomize.toolkit.fluxcd.io/v1
	// kind: Kustomization
	// metadata:
	//   name: apps
	//   namespace: dev-team
	// spec:
	//   interval: 10m0s
	//   path: ./apps
	//   prune: true
	//   retryInterval: 30s
	//   serviceAccountName: gitops-reconciler
	//   sourceRef:
	//     kind: GitRepository
	//     name: dev-team
	//   targetNamespace: dev-team-apps
	//   timeout: 5m0s
}

// A chart of the tenant's, installed as the tenant.
func ExampleBundle_NewHelmRelease() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
	})
	if err != nil {
		log.Fatal(err)
	}
	charts, err := team.NewHelmRepository("podinfo", sourcev1.HelmRepositorySpec{URL: "https://stefanprodan.github.io/podinfo"})
	if err != nil {
		log.Fatal(err)
	}
	release, err := team.NewHelmRelease("web", helmv2.HelmReleaseSpec{
		Chart:           flux.Chart(charts, "podinfo", "6.x"),
		TargetNamespace: "dev-team-prod",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := team.Add(charts, release); err != nil {
		log.Fatal(err)
	}
	fmt.Println(release.Spec.ServiceAccountName, release.Spec.TargetNamespace, release.Spec.Chart.Spec.SourceRef.Name)
	// Output:
	// gitops-reconciler dev-team-prod podinfo
}

// Any field can be changed. A field that leads out of the tenant is an error.
func ExampleBundle_Validate() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
	})
	if err != nil {
		log.Fatal(err)
	}
	team.Kustomization.Spec.Suspend = true
	fmt.Println(team.Validate())
	team.Kustomization.Spec.SourceRef.Namespace = "ops-team"
	fmt.Println(team.Validate())
	// Output:
	// <nil>
	// Kustomization.kustomize.toolkit.fluxcd.io "dev-team/dev-team" is invalid: spec.sourceRef.namespace: Invalid value: "ops-team": refer to objects of your own namespace only: leave the namespace out
}

func ExampleAdmissionPolicies() {
	policies, err := tenant.AdmissionPolicies(tenant.PolicySpec{})
	if err != nil {
		log.Fatal(err)
	}
	for _, obj := range policies[0].Objects() {
		fmt.Println(obj.GetObjectKind().GroupVersionKind().Kind, obj.GetName())
	}
	// Output:
	// ValidatingAdmissionPolicy fluxcapsule-tenant-references
	// ValidatingAdmissionPolicyBinding fluxcapsule-tenant-references-home
	// ValidatingAdmissionPolicyBinding fluxcapsule-tenant-references-member
}
