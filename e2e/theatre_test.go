package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A theatre is where the attacks of one mode take place.
type theatre struct {
	attacker, victim *team
	victimUID        types.UID
	client           client.Client // of the attacker's reconciler
}

// namespaceQuota is how many namespaces each of the two tenants may have.
const namespaceQuota = 3

// newTheatre makes two tenants, and the sources that the attacker uses.
func newTheatre(t *testing.T, m mode) *theatre {
	t.Helper()
	ctx := t.Context()
	suffix := strings.Fields(m.name)[0]
	prefixed := true
	make := func(name string, files map[string]string) *team {
		team, err := newTeam(ctx, tenant.Spec{Name: name, Quota: tenant.Quota{Namespaces: namespaceQuota}, ForceTenantPrefix: &prefixed}, files)
		if err != nil {
			t.Fatal(err)
		}
		if err := team.apply(ctx); err != nil {
			t.Fatal(err)
		}
		return team
	}
	sources := `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: ${me}}
spec: {url: "${charts}", interval: 10m}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: attacks, namespace: ${me}}
spec: {url: "${attacks}", interval: 10m, ref: {branch: main}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: ${me}}
spec:
  interval: 10m
  serviceAccountName: gitops-reconciler
  targetNamespace: ${me}-app
  storageNamespace: ${me}-app
  chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts}}}
`
	th := &theatre{}
	red, blue := "red-"+suffix, "blue-"+suffix
	th.attacker = make(red, map[string]string{"sources.yaml": expand(sources, "me", red, "charts", charts.URL, "attacks", git.URL(red+"-attacks"))})
	th.victim = make(blue, map[string]string{
		"sources.yaml": expand(sources, "me", blue, "charts", charts.URL, "attacks", git.URL(blue)),
		"secret.yaml":  expand(secret, "namespace", blue),
	})
	waitReady(t, th.attacker.Tenant, th.attacker.Kustomization, th.victim.Tenant, th.victim.Kustomization)

	victim := th.victim.Tenant.DeepCopy()
	waitExists(t, victim)
	th.victimUID = victim.UID
	var err error
	if th.client, err = th.attacker.client(ctx); err != nil {
		t.Fatal(err)
	}
	if err := git.Push(ctx, red+"-attacks", th.files()); err != nil {
		t.Fatal(err)
	}
	for _, team := range []*team{th.attacker, th.victim} {
		for _, obj := range []client.Object{
			fluxObject("source.toolkit.fluxcd.io/v1", "GitRepository", team.name, "attacks"),
			fluxObject("helm.toolkit.fluxcd.io/v2", "HelmRelease", team.name, "app"),
		} {
			waitReady(t, obj)
		}
	}
	return th
}

// files are the attacker's second repository, with a directory for each attack
// by way of git.
func (th *theatre) files() map[string]string {
	files := map[string]string{
		"harmless/config.yaml":     (&assault{th, "harmless"}).expand(`{apiVersion: v1, kind: ConfigMap, metadata: {name: harmless, namespace: "${mine}"}}`),
		"encrypted/secret.yaml":    encrypted,
		"privileged/breakout.yaml": `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: breakout}, rules: []}`,
	}
	for i, attack := range attacks {
		if attack.git == "" {
			continue
		}
		a := &assault{th, fmt.Sprintf("attack-%d", i)}
		files[a.file(attack)] = a.expand(attack.git)
	}
	return files
}

// file is where an attack by way of git lies in the attacker's second repository.
func (a *assault) file(attack attack) string {
	if strings.Contains(attack.git, "kustomize.config.k8s.io") {
		return a.id + "/kustomization.yaml"
	}
	return a.id + "/object.yaml"
}

// encrypted is a file as SOPS would leave it, with a key that lies with a cloud
// provider.
const encrypted = `
apiVersion: v1
kind: Secret
metadata: {name: encrypted}
data: {key: "ENC[AES256_GCM,data:YQ==,iv:YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=,tag:YWFhYWFhYWFhYWFhYWFhYQ==,type:str]"}
sops:
  kms: [{arn: "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000", created_at: "2026-01-01T00:00:00Z", enc: YQ==}]
  lastmodified: "2026-01-01T00:00:00Z"
  mac: "ENC[AES256_GCM,data:YQ==,iv:YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=,tag:YWFhYWFhYWFhYWFhYWFhYQ==,type:str]"
  encrypted_regex: ^data$
  version: 3.9.0
`

func fluxObject(apiVersion, kind, namespace, name string) client.Object {
	obj := &unstructured.Unstructured{}
	obj.SetAPIVersion(apiVersion)
	obj.SetKind(kind)
	obj.SetNamespace(namespace)
	obj.SetName(name)
	return obj
}

// platform puts into flux-system what a platform has there, for tenants to
// reach for; and onto the network what their kustomization.yaml may name.
func platform(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	config := "{apiVersion: v1, kind: ConfigMap, metadata: {name: remote}}"
	if err := errors.Join(
		git.Push(ctx, "remote", map[string]string{"kustomization.yaml": "resources: [remote.yaml]", "remote.yaml": config}),
		os.WriteFile(filepath.Join(cluster.Dir(), "charts", "remote.yaml"), []byte(config), 0o644),
		git.Push(ctx, "flux-system", map[string]string{"config.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: platform, namespace: flux-system}}"}),
	); err != nil {
		t.Fatal(err)
	}
	var objects []client.Object
	for _, text := range strings.Split(expand(`
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
---
`+secret, "git", git.URL("flux-system"), "charts", charts.URL, "namespace", "flux-system"), "---") {
		obj := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), obj); err != nil {
			t.Fatal(err)
		}
		if err := ServerSideApply(ctx, cluster.Client, []client.Object{obj}); err != nil {
			t.Fatal(err)
		}
		if obj.GetKind() != "Secret" {
			objects = append(objects, obj)
		}
	}
	waitReady(t, objects...)
}

// others are all objects that are not the attacker's, each with a version that
// changes when somebody changes the object, but not its status.
func others(t *testing.T, attacker *team) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, obj := range everything(t) {
		if obj.Namespace == attacker.name || strings.HasPrefix(obj.Namespace+obj.Name, attacker.name+"-") {
			continue
		}
		owners, err := json.Marshal(obj.OwnerReferences)
		if err != nil {
			t.Fatal(err)
		}
		version := fmt.Sprintf("generation %d, labels %v, owners %s", obj.Generation, obj.Labels, owners)
		if obj.Generation == 0 {
			version = "resourceVersion " + obj.ResourceVersion
		}
		versions[obj.Kind+" "+client.ObjectKeyFromObject(&obj).String()] = version
	}
	return versions
}

// secret is what the attacks through names of Secrets are after.
const secret = `
apiVersion: v1
kind: Secret
metadata: {name: hidden, namespace: ${namespace}}
stringData: {secret: hidden, values.yaml: "secret: hidden", identity.agekey: hidden, value: hidden}
`

// loot is a file that a command of the attacker's would make.
func loot() string { return filepath.Join(cluster.Dir(), "loot") }
