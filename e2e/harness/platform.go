package harness

import (
	"errors"
	"os"
	"path/filepath"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// HiddenSecret is the target of attacks through names of Secrets.
const HiddenSecret = `
apiVersion: v1
kind: Secret
metadata: {name: hidden, namespace: ${namespace}}
stringData: {secret: hidden, values.yaml: "secret: hidden", identity.agekey: hidden, value: hidden}
`

// platform are the platform's objects in flux-system, which tenants attack.
const platform = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: "${git}", interval: 10m, ref: {branch: main}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux-system}
spec: {url: "${charts}", interval: 10m}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
metadata: {name: app, namespace: flux-system}
spec: {chart: app, interval: 10m, sourceRef: {kind: HelmRepository, name: charts}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: flux-system}
spec: {interval: 10m, serviceAccountName: helm-controller, chartRef: {kind: HelmChart, name: app}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: flux-system}}
`

// Platform creates a platform's objects in flux-system, and the servers that tenants'
// kustomization.yaml may name.
func (c *Case) Platform() {
	c.Helper()
	env, ctx := c.Env, c.Context()
	config := "{apiVersion: v1, kind: ConfigMap, metadata: {name: remote}}"
	c.Must(errors.Join(
		env.Git.Push(ctx, "remote", map[string]string{"kustomization.yaml": "resources: [remote.yaml]", "remote.yaml": config}),
		os.WriteFile(filepath.Join(env.Plane.Dir(), "charts", "remote.yaml"), []byte(config), 0o644),
		env.Git.Push(ctx, "flux-system", map[string]string{"config.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: platform, namespace: flux-system}}"}),
	))
	c.ApplyText(Expand(HiddenSecret, "namespace", "flux-system"))
	objects := c.ApplyText(Expand(platform, "git", env.Git.URL("flux-system"), "charts", env.Charts.URL))
	for _, obj := range objects {
		c.WaitReady(client.Object(obj))
	}
}
