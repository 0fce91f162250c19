package upgrade_test

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// retry is the retry interval of the tenants' Kustomizations and the interval of the
// platform's.
const retry = 10 * time.Second

// claim is a tenant's data.
const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: ${tenant}-app}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

// syncing has Flux apply the tenants' bundles from the platform's git.
const syncing = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: tenants, namespace: flux-system}
spec: {url: "${url}", interval: 5s, ref: {branch: ${branch}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: tenants, namespace: flux-system}
spec: {interval: 10s, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: tenants}}
`

// A platform is two tenants whose bundles Flux applies.
type platform struct {
	teams []*harness.Team
	sync  []client.Object
}

// newPlatform makes a tenant that needs nothing, and one that reaches the API server
// without a token, through Capsule Proxy if there is one.
func newPlatform(c *harness.Case) *platform {
	c.Helper()
	access := harness.ProxyTokenless()
	if c.Env.Plane.Proxy == nil {
		access = harness.Access{Name: "API server tokenless", Identity: true}
	}
	p := &platform{}
	for _, spec := range []tenant.Spec{{Name: "plain"}, {Name: "tokenless", Access: c.Env.Access(access)}} {
		spec.Git.Interval = metav1.Duration{Duration: 5 * time.Second}
		spec.Interval = metav1.Duration{Duration: retry}
		team, err := c.Env.NewVictim(c.Context(), spec)
		c.Must(err)
		team.Change(c, func(files map[string]string) { files["claim.yaml"] = harness.Expand(claim, "tenant", team.Name) })
		p.teams = append(p.teams, team)
	}
	p.publish(c)
	for _, obj := range c.ApplyText(harness.Expand(syncing, "url", c.Env.Git.URL("tenants"), "branch", gitserver.Branch)) {
		p.sync = append(p.sync, obj)
	}
	c.WaitReady(p.sync...)
	for _, team := range p.teams {
		team.WaitReady(c)
		team.WaitHolding(c)
	}
	return p
}

// publish commits the bundles to the platform's git.
func (p *platform) publish(c *harness.Case) {
	c.Helper()
	files := map[string]string{}
	for _, team := range p.teams {
		text, err := harness.ToYAML(harness.RuntimeObjects(team.Objects())...)
		c.Must(err)
		files[team.Name+".yaml"] = text
	}
	c.Must(c.Env.Git.Push(c.Context(), "tenants", files))
}

// arrives waits until a change in each tenant's git has arrived.
func (p *platform) arrives(c *harness.Case, name string) {
	c.Helper()
	for _, team := range p.teams {
		team.Change(c, func(files map[string]string) {
			files[name+".yaml"] = harness.Expand("{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, namespace: ${tenant}-app}}",
				"name", name, "tenant", team.Name)
		})
	}
	for _, team := range p.teams {
		c.WaitExists(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: team.App().Name, Name: name}})
	}
	c.WaitReady(p.reconciled()...)
}

// reconciled are the objects that Flux and Capsule reconcile.
func (p *platform) reconciled() []client.Object {
	objects := append([]client.Object(nil), p.sync...)
	for _, team := range p.teams {
		objects = append(objects, team.Tenant, team.GitRepository, team.Kustomization,
			harness.Object("source.toolkit.fluxcd.io/v1", "HelmRepository", team.Name, "charts"),
			harness.Object("helm.toolkit.fluxcd.io/v2", "HelmRelease", team.Name, "app"))
	}
	return objects
}

// identities are the UIDs of what must not be lost, by kind and name. The Secrets are
// the tenants' own, and the releases that Helm keeps: a new one would be an upgrade
// that nobody asked for.
func (p *platform) identities(c *harness.Case) map[string]types.UID {
	c.Helper()
	found := map[string]types.UID{}
	note := func(kind string, obj client.Object) {
		found[kind+" "+client.ObjectKeyFromObject(obj).String()] = obj.GetUID()
	}
	for _, team := range p.teams {
		tenant := team.Tenant.DeepCopy()
		c.WaitExists(tenant)
		note("Tenant", tenant)
		for _, name := range []string{team.Name, team.App().Name} {
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
			c.WaitExists(namespace)
			note("Namespace", namespace)
			var secrets corev1.SecretList
			c.Must(c.Env.Plane.Client.List(c.Context(), &secrets, client.InNamespace(name)))
			for i := range secrets.Items {
				note("Secret", &secrets.Items[i])
			}
			var claims corev1.PersistentVolumeClaimList
			c.Must(c.Env.Plane.Client.List(c.Context(), &claims, client.InNamespace(name)))
			for i := range claims.Items {
				note("PersistentVolumeClaim", &claims.Items[i])
			}
		}
		account := &corev1.ServiceAccount{ObjectMeta: team.ServiceAccount.ObjectMeta}
		c.WaitExists(account)
		note("ServiceAccount", account)
	}
	return found
}
