package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// A harmless tenant, and a Flux without a lockdown.
const repository = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: kustomize-controller, namespace: flux-system}
spec:
  selector: {matchLabels: {app: kustomize-controller}}
  template:
    metadata: {labels: {app: kustomize-controller}}
    spec:
      serviceAccountName: kustomize-controller
      containers:
      - name: manager
        image: ghcr.io/fluxcd/kustomize-controller:v1.9.6
        args:
        - --no-cross-namespace-refs=true
        - --no-remote-bases=true
        - --default-service-account=gitops-reconciler
        - --default-kubeconfig-service-account=gitops-reconciler
        - --feature-gates=ObjectLevelWorkloadIdentity=true
        - --metrics-addr=$(POD_IP):8080
        env:
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: HTTP_PROXY, value: "http://127.0.0.1:1"}
        - {name: HTTPS_PROXY, value: "http://127.0.0.1:1"}
        - {name: GIT_ALLOW_PROTOCOL, value: none}
---
apiVersion: v1
kind: Namespace
metadata: {name: dev-team, labels: {toolkit.fluxcd.io/tenant: dev-team}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: dev-team, namespace: dev-team}
spec:
  interval: 10m
  timeout: 5m
  prune: true
  serviceAccountName: gitops-reconciler
  sourceRef: {kind: GitRepository, name: dev-team}
  dependsOn:
  - {name: ops-team, namespace: ops-team, readyExpr: "dep.spec.path == './staging'"}
`

func Example() {
	// Without a scheme, so that old versions and unknown fields show.
	objects, err := manifest.Read(strings.NewReader(repository), nil)
	if err != nil {
		log.Fatal(err)
	}
	report := audit.Check(audit.Inputs(objects))
	if err := audit.WriteText(os.Stdout, report); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Platform
	//
	//   warning  flux-lockdown-depends-on
	//     Deployment flux-system/kustomize-controller
	//     no admission policy keeps Kustomizations in dev-team from depending on other namespaces
	//     Effect: A tenant's HelmRelease depends on another tenant's with a readyExpr that compares one character of a password in its values; a few reconciliations later the tenant has read it.
	//     Fix: Apply tenant.AdmissionPolicies.
	//
	// Tenant dev-team
	//
	//   error  flux-depends-on
	//     Kustomization dev-team/dev-team
	//     spec.dependsOn[0].namespace: depends on ops-team/ops-team
	//     Effect: The tenant asks questions about the other object's values, one after another, and Flux answers by waiting or not.
	//     Fix: Depend on objects of the same namespace (flux.DependsOn), and apply tenant.AdmissionPolicies.
	//
	// 1 error, 1 warning, 0 info, 0 suppressed
}

func ExampleWriteMermaid() {
	objects, err := manifest.Read(strings.NewReader(repository), nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := audit.WriteMermaid(os.Stdout, audit.Check(audit.Inputs(objects))); err != nil {
		log.Fatal(err)
	}
	// Output:
	// flowchart LR
	//   subgraph n1["Platform"]
	//     n2["Deployment kustomize-controller"]
	//   end
	//   subgraph n3["Tenant dev-team"]
	//     subgraph n4["home dev-team"]
	//       n5["Kustomization dev-team"]
	//       n6["as gitops-reconciler"]
	//     end
	//   end
	//   n5 --> n6
	//   classDef hole fill:#fdd,stroke:#c00,color:#600
	//   class n5 hole
	//   linkStyle 0 stroke:#c00
}

func ExampleWriteSARIF() {
	objects, err := manifest.Read(strings.NewReader(repository), nil)
	if err != nil {
		log.Fatal(err)
	}
	var sarif bytes.Buffer
	if err := audit.WriteSARIF(&sarif, audit.Check(audit.Inputs(objects))); err != nil {
		log.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Results []struct{ RuleID, Level string }
		}
	}
	if err := json.Unmarshal(sarif.Bytes(), &log); err != nil {
		panic(err)
	}
	fmt.Println(log.Version, log.Runs[0].Results)
	// Output:
	// 2.1.0 [{flux-lockdown-depends-on warning} {flux-depends-on error}]
}

// A repository with findings adopts the audit: only new ones count.
func ExampleNewBaseline() {
	objects, err := manifest.Read(strings.NewReader(repository), nil)
	if err != nil {
		log.Fatal(err)
	}
	report := audit.Check(audit.Inputs(objects))
	report = audit.Check(audit.Inputs(objects), audit.NewBaseline(report))
	for _, finding := range report.Findings {
		fmt.Println(finding.Rule, finding.Suppressed)
	}
	// Output:
	// flux-lockdown-depends-on in the baseline
	// flux-depends-on in the baseline
}
