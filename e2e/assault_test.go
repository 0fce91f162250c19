package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
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

// TestAttacks makes every attack in every mode and checks who refuses it, in
// which words, and that nothing changes outside of the attacker's namespaces.
func TestAttacks(t *testing.T) {
	platform(t)
	t.Cleanup(func() { // of a run of some modes only
		if err := errors.Join(lockFlux(context.Background(), true), setPolicy(context.Background(), true)); err != nil {
			t.Error(err)
		}
	})
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			if err := lockFlux(t.Context(), mode.lockdown); err != nil {
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
						want := attack.refusedBy(mode)
						if want.says == "" {
							a.mustFind(c, attack)
						}
						got := a.make(c, attack)
						switch {
						case want.says == "" && got == "":
							c.outcome, c.detail = open, "found by "+attack.rule
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
			t.Run("nothing else changed", func(t *testing.T) {
				c := newCase(t)
				if diff := cmp.Diff(before, others(t, theatre.attacker)); diff != "" {
					c.Errorf("the attacks changed what is not the attacker's (-before +after):\n%s", diff)
				}
				if _, err := os.Stat(loot()); !errors.Is(err, fs.ErrNotExist) {
					c.Errorf("a command of the attacker's has run in a controller: %v", err)
				}
			})
		})
	}
	t.Run("documented", func(t *testing.T) {
		newCase(t)
		verdicts.document(t)
	})
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
	objects := a.objects(c, attack)
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

// objects are what the attacker writes into the cluster, the decisive one last.
func (a *assault) objects(c *testCase, attack attack) []*unstructured.Unstructured {
	c.Helper()
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
	return objects
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
			if time.Since(begin) > 5*time.Second { // helm-controller says some things to its log only
				if message, err = cluster.LoggedError(obj); err != nil || message != "" {
					return err
				}
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
