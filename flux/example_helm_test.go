package flux_test

import (
	"fmt"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// The source is the chart.
func ExampleHelmRelease() {
	chart, err := flux.OCIRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}, sourcev1.OCIRepositorySpec{
		URL:       "oci://ghcr.io/stefanprodan/charts/podinfo",
		Reference: &sourcev1.OCIRepositoryRef{SemVer: "6.x"},
		LayerSelector: &sourcev1.OCILayerSelector{
			MediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Operation: sourcev1.OCILayerCopy,
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := flux.Values(map[string]any{"replicaCount": 2, "ui": map[string]any{"color": "on"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	spec := helmv2.HelmReleaseSpec{
		ChartRef:           flux.ChartRef(chart),
		Values:             values,
		ServiceAccountName: "gitops-reconciler",
		Timeout:            &metav1.Duration{Duration: 5 * time.Minute},
	}
	flux.Remediate(&spec, 3)
	release, err := flux.HelmRelease(metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}, spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	print(release.Spec)
	// Output:
	// chartRef:
	//   kind: OCIRepository
	//   name: podinfo
	//   namespace: dev-team
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
	repo, err := flux.HelmRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}, sourcev1.HelmRepositorySpec{
		URL: "https://stefanprodan.github.io/podinfo",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	release, err := flux.HelmRelease(metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}, helmv2.HelmReleaseSpec{
		Chart: flux.Chart(repo, "podinfo", "6.x"),
	})
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
	//       namespace: dev-team
	//     version: 6.x
	// interval: 10m0s
}

func ExampleValuesYAML() {
	values, err := flux.ValuesYAML("image:\n  tag: '1.10'\naccount: 12345678901234567\n")
	fmt.Println(string(values.Raw), err)
	// Output: {"account":12345678901234567,"image":{"tag":"1.10"}} <nil>
}

// Later values win over earlier ones, key by key.
func ExampleMergeValues() {
	defaults, err := flux.ValuesYAML("image: {repository: ghcr.io/org/app, tag: '1.10'}")
	if err != nil {
		fmt.Println(err)
		return
	}
	ours, err := flux.Values(map[string]any{"image": map[string]any{"tag": "1.11"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	merged, err := flux.MergeValues(defaults, ours)
	fmt.Println(string(merged.Raw), err)
	// Output: {"image":{"repository":"ghcr.io/org/app","tag":"1.11"}} <nil>
}
