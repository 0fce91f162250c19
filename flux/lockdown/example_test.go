package lockdown_test

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

func ExampleKustomization() {
	k, err := lockdown.Kustomization(lockdown.Spec{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := yaml.Marshal(k)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(text))
	// Output:
	// apiVersion: kustomize.config.k8s.io/v1beta1
	// kind: Kustomization
	// patches:
	// - patch: |
	//     - op: add
	//       path: /spec/template/spec/containers/0/args/-
	//       value: --no-cross-namespace-refs=true
	//   target:
	//     group: apps
	//     kind: Deployment
	//     name: (kustomize-controller|helm-controller|notification-controller|image-reflector-controller|image-automation-controller|source-watcher)(-.+)?
	// - patch: |
	//     - op: add
	//       path: /spec/template/spec/containers/0/args/-
	//       value: --no-remote-bases=true
	//   target:
	//     group: apps
	//     kind: Deployment
	//     name: (kustomize-controller)(-.+)?
	// - patch: |
	//     - op: add
	//       path: /spec/template/spec/containers/0/args/-
	//       value: --default-service-account=default
	//   target:
	//     group: apps
	//     kind: Deployment
	//     name: (kustomize-controller|helm-controller)(-.+)?
	// - patch: |
	//     - op: add
	//       path: /spec/template/spec/containers/0/args/-
	//       value: --insecure-kubeconfig-exec=false
	//   target:
	//     group: apps
	//     kind: Deployment
	//     name: (kustomize-controller|helm-controller)(-.+)?
	// - patch: |
	//     - op: add
	//       path: /spec/template/spec/containers/0/args/-
	//       value: --insecure-kubeconfig-tls=false
	//   target:
	//     group: apps
	//     kind: Deployment
	//     name: (kustomize-controller|helm-controller)(-.+)?
	// - patch: |
	//     - op: add
	//       path: /spec/serviceAccountName
	//       value: kustomize-controller
	//   target:
	//     group: kustomize.toolkit.fluxcd.io
	//     kind: Kustomization
	//     name: flux-system
	// resources:
	// - gotk-components.yaml
	// - gotk-sync.yaml
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
	}
	// Output: Deployment flux-system/notification-controller: --no-cross-namespace-refs is "false", should be "true"
}

func ExampleShard() {
	spec := lockdown.Spec{Shards: []string{"shard1"}}
	shard, err := lockdown.Shard(spec, "shard1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(shard.NameSuffix, shard.Resources)
	fmt.Print(shard.Patches[len(shard.Patches)-1].Patch)
	// Output:
	// -shard1 [../gotk-components.yaml]
	// - op: add
	//   path: /spec/template/spec/containers/0/args/-
	//   value: --watch-label-selector=sharding.fluxcd.io/key=shard1
}
