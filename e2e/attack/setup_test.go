package attack_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A stage is where the attacks of one access take place.
type stage struct {
	env              *harness.Env
	access           harness.Access
	attacker, victim *harness.Team
	victimUID        types.UID
	client           client.Client // of the attacker's reconciler, at Capsule Proxy if its access is by it
	caught           *server       // the attackers' own
	slots            chan struct{} // one for each attempt that may be made at a time
}

// namespaceQuota is how many namespaces each of the tenants may have.
const namespaceQuota = 3

// setUp makes two tenants for each access.
func setUp(c *harness.Case, elsewhere *server) []*stage {
	c.Helper()
	var stages []*stage
	for _, access := range harness.Accesses() {
		if access.Proxy && c.Env.Plane.Proxy == nil {
			continue
		}
		stages = append(stages, newStage(c, access, elsewhere))
	}
	for _, s := range stages {
		s.waitReady(c)
	}
	return stages
}

// tenantSources are what a tenant of either side has in its git.
const tenantSources = `
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
  timeout: 5m
  serviceAccountName: gitops-reconciler
  targetNamespace: ${me}-app
  storageNamespace: ${me}-app
  chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts}}}
`

func newStage(c *harness.Case, access harness.Access, elsewhere *server) *stage {
	c.Helper()
	s := &stage{env: c.Env, access: access, caught: elsewhere, slots: make(chan struct{}, 6)}
	red, blue := "red-"+harness.Slug(access.Name), "blue-"+harness.Slug(access.Name)
	prefixed := true
	team := func(name string, files map[string]string) *harness.Team {
		return c.Team(tenant.Spec{
			Name: name, Access: c.Env.Access(access), Quota: tenant.Quota{Namespaces: namespaceQuota}, ForceTenantPrefix: &prefixed,
		}, files)
	}
	s.attacker = team(red, map[string]string{
		"sources.yaml": harness.Expand(tenantSources, "me", red, "charts", c.Env.Charts.URL, "attacks", c.Env.Git.URL(red+"-attacks")),
	})
	s.victim = team(blue, map[string]string{
		"sources.yaml": harness.Expand(tenantSources, "me", blue, "charts", c.Env.Charts.URL, "attacks", c.Env.Git.URL(blue)),
		"secret.yaml":  harness.Expand(harness.HiddenSecret, "namespace", blue),
	})
	return s
}

// waitReady waits until both tenants work, and publishes the attacker's second
// repository.
func (s *stage) waitReady(c *harness.Case) {
	c.Helper()
	c.WaitReady(s.attacker.Tenant, s.attacker.Kustomization, s.victim.Tenant, s.victim.Kustomization)
	victim := s.victim.Tenant.DeepCopy()
	c.WaitExists(victim)
	s.victimUID = victim.UID
	account := s.attacker.ServiceAccount
	clientOf := c.Env.ClientOf
	if s.access.Proxy {
		clientOf = c.Env.ProxyClientOf
	}
	var err error
	s.client, err = clientOf(c.Context(), account.Namespace, account.Name)
	c.Must(err)
	c.Must(c.Env.Git.Push(c.Context(), s.attacker.Name+"-attacks", s.files()))
	s.publishIndex(c)
	for _, team := range []*harness.Team{s.attacker, s.victim} {
		c.WaitReady(
			harness.Object("source.toolkit.fluxcd.io/v1", "GitRepository", team.Name, "attacks"),
			harness.Object("helm.toolkit.fluxcd.io/v2", "HelmRelease", team.Name, "app"))
	}
}

// files are the attacker's second repository, with a directory for each attack by
// way of git.
func (s *stage) files() map[string]string {
	files := map[string]string{
		"harmless/config.yaml":     (&attempt{s, "harmless"}).expand(`{apiVersion: v1, kind: ConfigMap, metadata: {name: harmless, namespace: "${mine}"}}`),
		"encrypted/secret.yaml":    encrypted,
		"privileged/breakout.yaml": `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: breakout}, rules: []}`,
	}
	for i, attack := range attacks() {
		if attack.git == "" {
			continue
		}
		a := &attempt{s, fmt.Sprintf("attack-%d", i)}
		files[a.file(attack)] = a.expand(attack.git)
	}
	return files
}

// file is where an attack by way of git lies in the attacker's second repository.
func (a *attempt) file(attack attack) string {
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

// others are all objects that are not an attacker's, each with a version that
// changes when somebody changes the object, but not its status.
func others(c *harness.Case, stages []*stage) map[string]string {
	c.Helper()
	versions := map[string]string{}
	for _, obj := range c.Everything() {
		if slices.ContainsFunc(stages, func(s *stage) bool {
			return obj.Namespace == s.attacker.Name || strings.HasPrefix(obj.Namespace+obj.Name, s.attacker.Name+"-")
		}) {
			continue
		}
		owners, err := json.Marshal(obj.OwnerReferences)
		c.Must(err)
		version := fmt.Sprintf("generation %d, labels %v, owners %s", obj.Generation, obj.Labels, owners)
		if obj.Generation == 0 {
			version = "resourceVersion " + obj.ResourceVersion
		}
		versions[obj.Kind+" "+client.ObjectKeyFromObject(&obj).String()] = version
	}
	return versions
}

// loot is a file that a command of the attacker's would make.
func loot(env *harness.Env) string { return filepath.Join(env.Plane.Dir(), "loot") }
