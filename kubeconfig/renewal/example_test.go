package renewal_test

import (
	"context"
	"fmt"
	"log"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/internal/clustertest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

func ExampleEnsure() {
	client := clustertest.New(clustertest.CASecret()) // kubernetes.NewForConfig(config), in a program

	target := renewal.Target{
		Namespace: "dev-team", Account: "gitops-reconciler",
		Access: kubeconfig.Access{
			Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
			SecretRef: &meta.SecretKeyReference{},
		},
		CASecret: &renewal.CASecret{Namespace: "capsule-system", Name: "capsule-proxy"},
	}
	for range 2 {
		result, err := renewal.Ensure(context.Background(), client, target, renewal.Options{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.Target, result.Action)
	}
	// Output:
	// Secret dev-team/gitops-reconciler-kubeconfig created
	// Secret dev-team/gitops-reconciler-kubeconfig unchanged
}

func ExampleClusterRole() {
	role, err := renewal.ClusterRole("proxy-kubeconfig", []renewal.Target{{
		Namespace: "dev-team", Account: "gitops-reconciler",
		Access: kubeconfig.Access{Proxy: "https://proxy.example.com", SecretRef: &meta.SecretKeyReference{}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	for _, rule := range role.Rules {
		fmt.Println(rule.Verbs, rule.Resources, rule.ResourceNames)
	}
	// Output:
	// [create] [serviceaccounts/token] [gitops-reconciler]
	// [get create patch] [secrets] [gitops-reconciler-kubeconfig]
}

// The CronJob may do what its targets need, by name.
func ExampleBuild() {
	bundle, err := renewal.Build(renewal.Job{
		Namespace: "flux-system", Name: "kubeconfigs",
		Image: "registry.example.com/fluxcapsule:v0.1.0",
		Args:  []string{"kubeconfig", "--serviceaccount", "gitops-reconciler", "--namespace", "dev-team", "--server", "https://proxy.example.com"},
		Targets: []renewal.Target{{
			Namespace: "dev-team", Account: "gitops-reconciler",
			Access: kubeconfig.Access{Proxy: "https://proxy.example.com", SecretRef: &meta.SecretKeyReference{}},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, obj := range bundle.Objects() {
		fmt.Println(obj.GetObjectKind().GroupVersionKind().Kind)
	}
	// Output:
	// ServiceAccount
	// ClusterRole
	// RoleBinding
	// CronJob
}
