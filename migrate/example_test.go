package migrate_test

import (
	"context"
	"fmt"
	"log"
	"testing/fstest"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

// A tenant without its account: the result says what its spec changes and lacks.
func ExampleImport() {
	read, err := repository.LoadFS(context.Background(), fstest.MapFS{"dev-team.yaml": {Data: []byte(`
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: dev-team}
spec:
  owners:
  - {kind: ServiceAccount, name: "system:serviceaccount:dev-team:gitops-reconciler"}
  namespaceOptions: {quota: 3}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: dev-team, namespace: dev-team}
spec: {interval: 5m, url: "https://github.com/org/dev-team.git", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: dev-team, namespace: dev-team}
spec:
  interval: 10m
  prune: true
  path: ./staging
  serviceAccountName: gitops-reconciler
  sourceRef: {kind: GitRepository, name: dev-team}
`)}}, repository.Options{})
	if err != nil {
		log.Fatal(err)
	}
	result, err := migrate.Import(read.Objects, kubeconfig.Access{})
	if err != nil {
		log.Fatal(err)
	}
	for _, found := range result.Tenants {
		fmt.Println(found.Spec.Name, found.Spec.Git.URL, found.Spec.Path, found.Spec.Quota.Namespaces, found.Err)
		for _, difference := range found.Differences[:1] {
			fmt.Println(difference)
		}
	}
	// Output:
	// dev-team https://github.com/org/dev-team.git ./staging 3 <nil>
	// dev-team.yaml: Tenant dev-team: owners become TenantOwner objects, which also makes them users of Capsule
}
