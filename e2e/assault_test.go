package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A mode is a way to run the attacks: with Flux locked down, with the
// admission policy, or with both.
type mode struct {
	name             string
	lockdown, policy bool
}

var modes = []mode{
	{"flags only", true, false},
	{"policy only", false, true},
	{"both", true, true},
}

// An assault is one attack in progress.
type assault struct {
	*theatre
	id string
}

// A theatre is where the attacks of one mode take place.
type theatre struct {
	attacker, victim *team
	victimUID        types.UID
	client           client.Client // of the attacker's reconciler
}

// TestAttacks makes every attack in every mode and checks who refuses it, in
// which words, and that nothing changes outside of the attacker's namespaces.
func TestAttacks(t *testing.T) {
	platform(t)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			if err := cluster.LockdownFlux(t.Context(), mode.lockdown); err != nil {
				t.Fatal(err)
			}
			if err := setPolicy(t.Context(), mode.policy); err != nil {
				t.Fatal(err)
			}
			theatre := newTheatre(t, mode)
			before := others(t, theatre.attacker)
			t.Run("by", func(t *testing.T) {
				for i, attack := range attacks {
					t.Run(attack.name, func(t *testing.T) {
						t.Parallel()
						c := newCase(t)
						if attack.proxy {
							c.needsProxy()
						}
						a := &assault{theatre, fmt.Sprintf("attack-%d", i)}
						got := a.make(c, attack)
						want := attack.refusedBy(mode)
						switch {
						case want.says == "" && got == "":
							c.outcome = open
							verdicts.note(attack, mode, want)
						case want.says == "":
							c.Errorf("refused, though nothing is known to refuse it: %s", got)
						case got == "":
							c.Errorf("not refused, want %s to say %q", want.by, a.expand(want.says))
						default:
							c.outcome, c.detail = refused, "by "+want.by
							if contains(c, got, a.expand(want.says)); !c.Failed() {
								verdicts.note(attack, mode, want)
							}
						}
					})
				}
			})
			if diff := cmp.Diff(before, others(t, theatre.attacker)); diff != "" {
				t.Errorf("the attacks changed what is not the attacker's (-before +after):\n%s", diff)
			}
			if _, err := os.Stat(loot()); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a command of the attacker's has run in a controller: %v", err)
			}
		})
	}
	verdicts.document(t)
}

// refusedBy is what has to refuse the attack in a mode.
func (a attack) refusedBy(m mode) refusal {
	switch {
	case a.always.says != "":
		return a.always
	case m.policy && a.policy.says != "": // at admission, before Flux sees it
		return a.policy
	case m.lockdown:
		return a.flags
	}
	return refusal{}
}

// make makes the attack and returns the words of the refusal, none if it went
// through.
func (a *assault) make(c *testCase, attack attack) string {
	c.Helper()
	ctx := c.Context()
	if attack.call != nil {
		if err := attack.call(ctx, a); err != nil {
			return err.Error()
		}
		return ""
	}
	var objects []*unstructured.Unstructured
	if attack.with != "" {
		objects = append(objects, a.decode(c, attack.with))
	}
	switch {
	case attack.git != "":
		objects = append(objects, a.fluxObject(c, "Kustomization", harmlessKustomization, "{path: ./${id}}"))
	case attack.kustomization != "":
		objects = append(objects, a.fluxObject(c, "Kustomization", harmlessKustomization, attack.kustomization))
	case attack.tenantResource != "":
		objects = append(objects, a.decode(c, "{apiVersion: capsule.clastix.io/v1beta2, kind: TenantResource, metadata: {name: \"${id}\", namespace: \"${mine}\"}, spec: "+attack.tenantResource+"}"))
	case attack.helmRelease != "":
		objects = append(objects, a.fluxObject(c, "HelmRelease", harmlessHelmRelease, attack.helmRelease))
	}
	for _, obj := range objects {
		if err := a.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("attacker")); err != nil {
			return err.Error()
		}
	}
	last := objects[len(objects)-1]
	c.Cleanup(func() {
		if err := a.client.Delete(context.Background(), last); err != nil {
			c.Error(err)
		}
	})
	return a.verdict(c, last)
}

// verdict waits for what Flux makes of an object: the message with which it
// fails for good, none if it becomes Ready.
func (a *assault) verdict(c *testCase, obj client.Object) string {
	c.Helper()
	passing := []string{meta.ProgressingReason, meta.DependencyNotReadyReason, "SourceNotReady"}
	var message string
	begin := time.Now()
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		ready, err := readiness(ctx, obj)
		switch {
		case err != nil:
			return err
		case ready == nil || ready.Status == metav1.ConditionUnknown:
			// helm-controller says some things to its log only.
			if message, err = cluster.LoggedError(obj); err != nil || message != "" {
				return err
			}
			return fmt.Errorf("%s: no verdict", obj.GetName())
		case ready.Status == metav1.ConditionTrue:
			return nil
		case slices.Contains(passing, ready.Reason) && time.Since(begin) < 30*time.Second:
			return fmt.Errorf("%s: %s", obj.GetName(), ready.Message)
		}
		message = ready.Reason + ": " + ready.Message
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	if resource := (&capsulev1beta2.TenantResource{}); message != "" && obj.GetObjectKind().GroupVersionKind().Kind == "TenantResource" {
		if err := cluster.Client.Get(c.Context(), client.ObjectKeyFromObject(obj), resource); err != nil {
			c.Fatal(err)
		}
		message += fmt.Sprintf(": %+v", resource.Status.ProcessedItems) // each with a message of its own
	}
	return message
}

const harmlessKustomization = `
interval: 10m
timeout: 10s
prune: true
path: ./harmless
serviceAccountName: gitops-reconciler
sourceRef: {kind: GitRepository, name: attacks}
`

const harmlessHelmRelease = `
interval: 10m
timeout: 10s
releaseName: ${id}
serviceAccountName: gitops-reconciler
targetNamespace: ${mine}
storageNamespace: ${mine}
chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts}}}
values: {name: "${id}"}
`

// fluxObject is a Flux object of the attacker's whose spec is the harmless one
// with some fields replaced.
func (a *assault) fluxObject(c *testCase, kind, harmless, replaced string) *unstructured.Unstructured {
	c.Helper()
	var spec, changes map[string]any
	for text, into := range map[string]*map[string]any{harmless: &spec, replaced: &changes} {
		if err := yaml.Unmarshal([]byte(a.expand(text)), into); err != nil {
			c.Fatal(err)
		}
	}
	maps.Copy(spec, changes)
	maps.DeleteFunc(spec, func(_ string, value any) bool { return value == nil })
	apiVersion := map[string]string{"Kustomization": "kustomize.toolkit.fluxcd.io/v1", "HelmRelease": "helm.toolkit.fluxcd.io/v2"}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": apiVersion[kind],
		"kind":       kind,
		"metadata":   map[string]any{"namespace": a.attacker.name, "name": a.id},
		"spec":       spec,
	}}
}

func (a *assault) decode(c *testCase, text string) *unstructured.Unstructured {
	c.Helper()
	obj := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(a.expand(text)), obj); err != nil {
		c.Fatal(err)
	}
	return obj
}

// expand replaces the names in a text of the table.
func (a *assault) expand(text string) string {
	ca, _ := json.Marshal(string(cluster.CA()))
	return expand(text,
		"me", a.attacker.name, "mine", a.attacker.app().Name,
		"victim", a.victim.name, "theirs", a.victim.app().Name, "victimUID", string(a.victimUID),
		"id", a.id, "server", cluster.Server, "ca", strings.Trim(string(ca), `"`),
		"caData", base64.StdEncoding.EncodeToString(cluster.CA()), "loot", loot(),
		"git", strings.TrimSuffix(git.URL(""), "/.git"), "files", charts.URL,
	)
}

// loot is a file that a command of the attacker's would make.
func loot() string { return filepath.Join(cluster.Dir(), "loot") }

// namespaceQuota is how many namespaces each of the two tenants may have.
const namespaceQuota = 3

func (a *assault) patch(ctx context.Context, obj client.Object, patch string) error {
	return a.client.Patch(ctx, obj.DeepCopyObject().(client.Object), mergePatch(patch))
}

// desert patches the attacker's own namespace so that it would leave the
// tenant. Capsule may let the request pass and put back what it changes.
func (a *assault) desert(ctx context.Context, patch string) error {
	before, after := a.attacker.app(), a.attacker.app()
	if err := errors.Join(
		cluster.Client.Get(ctx, client.ObjectKeyFromObject(before), before),
		a.patch(ctx, after, a.expand(patch)),
		cluster.Client.Get(ctx, client.ObjectKeyFromObject(after), after),
	); err != nil {
		return err
	}
	if cmp.Equal(before.Labels, after.Labels) && cmp.Equal(before.OwnerReferences, after.OwnerReferences) {
		return errors.New("put back: labels and ownerReferences are as before")
	}
	return nil
}

// exceedQuota makes one namespace more than the tenant may have, giving Capsule
// time to count before the last.
func (a *assault) exceedQuota(ctx context.Context) error {
	make := func(i uint) error {
		return a.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", a.attacker.name, i)}})
	}
	for i := uint(1); i < namespaceQuota; i++ {
		if err := make(i); err != nil {
			return err
		}
	}
	err := eventually(ctx, patience, func(ctx context.Context) error {
		tenant := a.attacker.Tenant.DeepCopy()
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(tenant), tenant); err != nil {
			return err
		}
		if tenant.Status.Size != namespaceQuota {
			return fmt.Errorf("Tenant %s counts %d namespaces", tenant.Name, tenant.Status.Size)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return make(namespaceQuota)
}

func (a *assault) token(ctx context.Context, account *corev1.ServiceAccount) error {
	return a.client.SubResource("token").Create(ctx, account.DeepCopy(), &authenticationv1.TokenRequest{})
}

func (a *assault) impersonate(ctx context.Context, server string, ca []byte, user string, groups ...string) error {
	account := a.attacker.ServiceAccount
	token, err := cluster.Token(ctx, account.Namespace, account.Name)
	if err != nil {
		return err
	}
	c, err := rest.HTTPClientFor(&rest.Config{
		BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: ca},
		Impersonate: rest.ImpersonationConfig{UserName: user, Groups: groups},
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/api/v1/namespaces/"+a.victim.name+"/secrets", nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return err
}

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
	th.victim = make(blue, map[string]string{"sources.yaml": expand(sources, "me", blue, "charts", charts.URL, "attacks", git.URL(blue))})
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
		file := "/object.yaml"
		if strings.Contains(attack.git, "kustomize.config.k8s.io") {
			file = "/kustomization.yaml"
		}
		files[a.id+file] = a.expand(attack.git)
	}
	return files
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
apiVersion: v1
kind: Secret
metadata: {name: platform, namespace: flux-system}
stringData: {secret: hidden, values.yaml: "secret: hidden", identity.agekey: hidden, value: hidden}
`, "git", git.URL("flux-system"), "charts", charts.URL), "---") {
		obj := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), obj); err != nil {
			t.Fatal(err)
		}
		if err := cluster.Client.Create(ctx, obj); err != nil {
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
