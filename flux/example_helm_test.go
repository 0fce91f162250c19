package flux_test

import (
	"fmt"
	"time"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// The chart is an image of its own.
func ExampleHelmRelease() {
	chart, err := flux.OCIRepository("dev-team", "podinfo", "oci://ghcr.io/stefanprodan/charts/podinfo",
		flux.SemVer("6.x"), flux.Layer{MediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Operation: "copy"})
	if err != nil {
		fmt.Println(err)
		return
	}
	release, err := flux.HelmRelease("dev-team", "podinfo", flux.From(chart),
		flux.ServiceAccount("gitops-reconciler"), flux.Retries(3), flux.Timeout(5*time.Minute),
		flux.Values(map[string]any{"replicaCount": 2, "ui": map[string]any{"color": "on"}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(release.Spec)
	// Output:
	// chartRef:
	//   kind: OCIRepository
	//   name: podinfo
	// install:
	//   remediation:
	//     retries: 3
	// interval: 10m0s
	// serviceAccountName: gitops-reconciler
	// timeout: 5m0s
	// upgrade:
	//   remediation:
	//     retries: 3
	// values:
	//   replicaCount: 2
	//   ui:
	//     color: "on"
}

// The chart is one of several in a repository.
func ExampleHelmRelease_repository() {
	repo, err := flux.HelmRepository("dev-team", "podinfo", "https://stefanprodan.github.io/podinfo")
	if err != nil {
		fmt.Println(err)
		return
	}
	release, err := flux.HelmRelease("dev-team", "podinfo", flux.From(repo), flux.Chart("podinfo"), flux.Version("6.x"))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(release.Spec)
	// Output:
	// chart:
	//   spec:
	//     chart: podinfo
	//     sourceRef:
	//       kind: HelmRepository
	//       name: podinfo
	//     version: 6.x
	// interval: 10m0s
}

// Later values win over earlier ones, key by key.
func ExampleValuesYAML() {
	chart, err := flux.OCIRepository("dev-team", "app", "oci://ghcr.io/org/charts/app")
	if err != nil {
		fmt.Println(err)
		return
	}
	release, err := flux.HelmRelease("dev-team", "app", flux.From(chart),
		flux.ValuesYAML("image:\n  repository: ghcr.io/org/app\n  tag: '1.10'\naccount: 12345678901234567\n"),
		flux.Values(map[string]any{"image": map[string]any{"tag": "1.11"}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(release.Spec.Values.Raw))
	// Output: {"account":12345678901234567,"image":{"repository":"ghcr.io/org/app","tag":"1.11"}}
}
