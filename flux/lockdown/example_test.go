package lockdown_test

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

func ExampleBuild() {
	l, err := lockdown.Build(lockdown.Spec{
		ServiceAccount:   "gitops-reconciler",
		WorkloadIdentity: true,
		Egress:           lockdown.Egress{Sources: []string{"github.com", "ghcr.io", "pkg-containers.githubusercontent.com"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("build:", l.Kustomization.Resources)
	fmt.Println("first patch:", l.Kustomization.Patches[0].Target.Name)
	fmt.Print(l.Kustomization.Patches[0].Patch)
	for _, hole := range l.Open {
		fmt.Println("open:", hole.Name)
	}
	// Output:
	// build: [gotk-components.yaml gotk-sync.yaml lockdown.yaml]
	// first patch: (kustomize-controller|helm-controller|notification-controller|image-reflector-controller|image-automation-controller|source-watcher)(-.+)?
	// - op: add
	//   path: /spec/template/spec/containers/0/args/-
	//   value: --no-cross-namespace-refs=true
	// open: artifactHost
	// open: network.apiServer
	// open: network.cluster
}

// helm-controller of Flux 2.7 does not know the feature gate and would not start with
// it.
func ExampleBuild_version() {
	l, err := lockdown.Build(lockdown.Spec{FluxVersion: "2.7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.Open[0].Name)
	fmt.Println(l.Open[0].Lets)
	fmt.Println(l.Open[0].Close)
	// Output:
	// --feature-gates=CancelHealthCheckOnNewRevision=true
	// A tenant's HelmRelease occupies a worker until its timeout, even after it is suspended or deleted.
	// helm-controller knows it from Flux 2.8 on.
}

func ExampleBuild_shards() {
	l, err := lockdown.Build(lockdown.Spec{Shards: []string{"shard1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.Kustomization.Resources)
	fmt.Println(l.Shards["shard1"].NameSuffix, l.Shards["shard1"].Resources)
	// Output:
	// [gotk-components.yaml gotk-sync.yaml lockdown.yaml shard1]
	// -shard1 [../gotk-components.yaml]
}

func ExampleCheck() {
	controller := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "notification-controller"}}
	controller.Spec.Template.Spec.Containers = []corev1.Container{{
		Name: "manager",
		Args: []string{"--watch-all-namespaces=true", "--no-cross-namespace-refs=false"},
	}}
	findings, err := lockdown.Check(lockdown.Spec{}, controller)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range findings {
		fmt.Println(finding)
		fmt.Println(finding.Lets)
	}
	// Output:
	// Deployment flux-system/notification-controller: --no-cross-namespace-refs is "false", should be "true"
	// A tenant's objects use sources, charts, images and events of every namespace.
	// NetworkPolicy flux-system/notification-controller: spec is not set, should be "as Build makes it"
	// A tenant's pod forges events of every tenant (GHSA-mwcp-qpcg-fr7c), and a tenant's provider reaches servers of the cluster.
}
