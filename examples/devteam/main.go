// Devteam prints the tenant dev-team of clastix/flux2-capsule-multi-tenancy
// (2022) as it must look today: apply what it prints, and Flux reconciles the
// team's repository through Capsule Proxy, without a Secret and without
// cluster-admin.
//
//	go run ./examples/devteam | kubectl apply --server-side -f -
package main

import (
	_ "embed"
	"log"
	"os"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// proxyCA vouches for Capsule Proxy's certificate. It stands for your own:
// kubectl -n capsule-system get secret capsule-proxy -o jsonpath='{.data.ca\.crt}' | base64 -d
//
//go:embed ca.crt
var proxyCA string

func main() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/clastix/flux2-capsule-multi-tenancy.git", Branch: "dev-team"},
		Path: "./staging",
		Access: kubeconfig.Access{
			Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
			CA:        proxyCA,
			Audiences: []string{"https://kubernetes.default.svc.cluster.local"},
		},
		Owners:    []tenant.Owner{{Kind: "Group", Name: "dev-team-admins"}},
		Quota:     tenant.Quota{Namespaces: 5},
		Isolation: tenant.Isolation{Profile: tenant.Baseline},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := manifest.WriteAll(os.Stdout, team.Objects()); err != nil {
		log.Fatal(err)
	}
}
