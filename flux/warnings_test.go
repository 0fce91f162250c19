package flux_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func TestWarnings(t *testing.T) {
	const ref = "spec: {ref: {branch: main}}"
	for name, test := range map[string]struct {
		objects []flux.Object
		want    []string
	}{
		"nothing": {objects: []flux.Object{nil, gitRepository.Changed(t, ref), kustomization.Changed(t, "spec: {interval: 30s}"), provider.Changed(t, "")}},
		"short intervals": {
			objects: []flux.Object{
				gitRepository.Changed(t, "spec: {interval: 5s, ref: {name: refs/heads/main}}"), ociRepository.Changed(t, "spec: {interval: 29s}"),
				bucket.Changed(t, "spec: {interval: 1s}"), helmRepository.Changed(t, "spec: {interval: 1s}"), helmChart.Changed(t, "spec: {interval: 1s}"),
				imageRepository.Changed(t, "spec: {interval: 1s}"), imageUpdateAutomation.Changed(t, "spec: {interval: 1s}"),
				helmRelease.Changed(t, "spec: {interval: 1s}"), kustomization.Changed(t, "spec: {interval: 1s}"),
			},
			want: []string{
				"GitRepository dev-team/apps: spec.interval: 5s is short: write at least 30s, and a Receiver for what has to be quick",
				"OCIRepository dev-team/apps: spec.interval: 29s is short: write at least 30s, and a Receiver for what has to be quick",
				"Bucket dev-team/apps: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
				"HelmRepository dev-team/charts: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
				"HelmChart dev-team/podinfo: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
				"ImageRepository dev-team/app: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
				"ImageUpdateAutomation dev-team/images: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
				"HelmRelease dev-team/podinfo: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
				"Kustomization dev-team/apps: spec.interval: 1s is short: write at least 30s, and a Receiver for what has to be quick",
			},
		},
		"no branch": {
			objects: []flux.Object{gitRepository.Changed(t, ""), gitRepository.Changed(t, "spec: {ref: {}}")},
			want: []string{
				"GitRepository dev-team/apps: spec.ref: without one the branch master is fetched: name the branch",
				"GitRepository dev-team/apps: spec.ref: without one the branch master is fetched: name the branch",
			},
		},
		"a provider over ssh": {
			objects: []flux.Object{gitRepository.Changed(t, `spec: {provider: github, url: "ssh://git@github.com/org/x", secretRef: {name: a}, ref: {branch: main}}`)},
			want:    []string{"GitRepository dev-team/apps: spec.provider: github signs in over https: at an ssh:// URL only the key of the Secret counts"},
		},
		"images and names": {
			objects: []flux.Object{kustomization.Changed(t, `spec: {images: [{name: a, newTag: "v1+b"}, {name: b, digest: abc}, {name: c, newTag: v1}], namePrefix: A_, nameSuffix: -b}`)},
			want: []string{
				`Kustomization dev-team/apps: spec.images[0].newTag: no image has the tag "v1+b"`,
				`Kustomization dev-team/apps: spec.images[1].digest: no image has the digest "abc": write sha256: and 64 hexadecimal digits`,
				`Kustomization dev-team/apps: spec.namePrefix: hardly an object can have "A_" in its name: write lower case letters, digits, - and .`,
			},
		},
		"a path that is left out": {
			objects: []flux.Object{
				gitRepository.Changed(t, "spec: {ref: {branch: main}, sparseCheckout: [deploy/base, apps/a]}"),
				kustomization.Changed(t, "spec: {sourceRef: {kind: GitRepository, name: apps}, path: ./clusters/prod}"),
				kustomization.Changed(t, "spec: {sourceRef: {kind: GitRepository, name: apps}, path: ./deploy/base/x}"),
				kustomization.Changed(t, "spec: {sourceRef: {kind: GitRepository, name: apps}, path: apps}"),
				kustomization.Changed(t, "spec: {sourceRef: {kind: GitRepository, name: apps}, path: ./}"),
				kustomization.Changed(t, "spec: {sourceRef: {kind: GitRepository, name: other}, path: ./clusters}"),
			},
			want: []string{"Kustomization dev-team/apps: spec.path: is not in spec.sparseCheckout of GitRepository apps: add clusters/prod there"},
		},
		"an Alert that never fires": {
			objects: []flux.Object{
				helmRepository.Changed(t, `spec: {type: oci, url: "oci://ghcr.io/org/charts"}`),
				alert.Changed(t, `spec: {exclusionList: [".*", "^$", "waiting"], eventSources: [{kind: HelmRepository, name: charts}, {kind: HelmRepository, name: other}, {kind: ExternalArtifact, name: a}]}`),
			},
			want: []string{
				`Alert dev-team/alerts: spec.exclusionList[0]: ".*" excludes every event`,
				"Alert dev-team/alerts: spec.eventSources[0]: a HelmRepository of type oci has no events: name the HelmRelease or HelmChart",
				"Alert dev-team/alerts: spec.eventSources[2]: no controller of Flux sends events about an ExternalArtifact",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, flux.Warnings(test.objects...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
