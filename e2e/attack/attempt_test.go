package attack_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcd/pkg/apis/meta"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// An attempt is one attack in progress.
type attempt struct {
	*stage
	id string
}

// make makes the attack and returns the words of the refusal, none if it had its
// effect. What is expected says whether to wait for a controller's words.
func (a *attempt) make(c *harness.Case, attack attack, expected refusal) string {
	c.Helper()
	ctx := c.Context()
	if attack.call != nil {
		if err := attack.call(ctx, a); err != nil {
			return err.Error()
		}
		return ""
	}
	a.slots <- struct{}{} // the quota of the home bounds what can be tried at a time
	defer func() { <-a.slots }()
	objects := a.objects(c, attack)
	for i, obj := range objects {
		if err := a.write(ctx, obj); err != nil {
			return err.Error()
		}
		if i == len(objects)-1 || obj.GetName() == a.id {
			defer a.withdraw(c, obj)
		}
	}
	for _, source := range objects[:len(objects)-1] {
		if source.GetKind() == "HelmRepository" {
			if message := a.verdict(c, source); message != "" {
				return message
			}
		}
	}
	last := objects[len(objects)-1]
	if attack.object != "" && last.GetKind() != "HelmChart" && !(attack.judged && expected.says != "") {
		return "" // no controller that runs here has anything to say of it
	}
	return a.verdict(c, last)
}

// withdraw deletes what an attempt has written, and waits until the quota is free
// of it.
func (a *attempt) withdraw(c *harness.Case, obj *unstructured.Unstructured) {
	c.Helper()
	if err := client.IgnoreNotFound(a.client.Delete(c.Context(), obj.DeepCopy())); err != nil {
		c.Error(err)
	}
	c.WaitGone(obj)
}

// write writes an object as the attacker, again if only the quota's count has
// changed meanwhile.
func (a *attempt) write(ctx context.Context, obj *unstructured.Unstructured) error {
	return retry.OnError(retry.DefaultBackoff, apierrors.IsConflict, func() error {
		return a.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj.DeepCopy()), client.FieldOwner("attacker"))
	})
}

// objects are what the attacker writes into the cluster, the decisive one last.
func (a *attempt) objects(c *harness.Case, attack attack) []*unstructured.Unstructured {
	c.Helper()
	var objects []*unstructured.Unstructured
	if attack.with != "" {
		objects = append(objects, c.Objects(a.expand(attack.with))...)
	}
	switch {
	case attack.git != "":
		objects = append(objects, a.fluxObject(c, "Kustomization", harmlessKustomization, "{path: ./${id}}"))
	case attack.kustomization != "":
		objects = append(objects, a.fluxObject(c, "Kustomization", harmlessKustomization, attack.kustomization))
	case attack.helmRelease != "":
		objects = append(objects, a.fluxObject(c, "HelmRelease", harmlessHelmRelease, attack.helmRelease))
	case attack.object != "":
		objects = append(objects, c.Objects(a.expand(attack.object))...)
	case attack.tenantResource != "":
		text := "{apiVersion: capsule.clastix.io/v1beta2, kind: TenantResource, metadata: {name: \"${id}\", namespace: \"${mine}\"}, spec: " + attack.tenantResource + "}"
		objects = append(objects, c.Objects(a.expand(text))...)
	}
	return objects
}

// verdict waits for what Flux makes of an object: the message with which it fails
// for good, none if it becomes Ready.
func (a *attempt) verdict(c *harness.Case, obj client.Object) (message string) {
	c.Helper()
	passing := []string{meta.ProgressingReason, meta.DependencyNotReadyReason, "SourceNotReady", "NoSourceArtifact", "HealthCheckCanceled"}
	begin := time.Now()
	c.Eventually(func(ctx context.Context) error {
		ready, err := a.env.Readiness(ctx, obj)
		switch {
		case err != nil:
			return err
		case ready == nil || ready.Status == metav1.ConditionUnknown:
			if time.Since(begin) > 5*time.Second { // helm-controller says some things to its log only
				message, err = a.env.Plane.LoggedError(obj, begin)
				if strings.Contains(message, "context deadline exceeded") { // on a busy machine, and tried again
					message = ""
				}
				if err != nil || message != "" {
					return err
				}
			}
			return fmt.Errorf("%s: no verdict", obj.GetName())
		case ready.Status == metav1.ConditionTrue:
			return nil
		case slices.Contains(passing, ready.Reason) && time.Since(begin) < 2*time.Minute,
			strings.Contains(ready.Message, "context canceled"): // by another reconciliation
			return fmt.Errorf("%s: %s", obj.GetName(), ready.Message)
		}
		message = ready.Reason + ": " + ready.Message
		return nil
	})
	if message != "" && obj.GetObjectKind().GroupVersionKind().Kind == "TenantResource" {
		resource := &capsulev1beta2.TenantResource{ObjectMeta: metav1.ObjectMeta{Namespace: obj.GetNamespace(), Name: obj.GetName()}}
		c.WaitExists(resource)
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
timeout: 1m
releaseName: ${id}
serviceAccountName: gitops-reconciler
targetNamespace: ${mine}
storageNamespace: ${mine}
chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts}}}
install: {strategy: {name: RetryOnFailure, retryInterval: 30s}}
values: {name: "${id}"}
`

// fluxObject is a Flux object of the attacker's whose spec is the harmless one,
// with the attacker's access, with some fields replaced.
func (a *attempt) fluxObject(c *harness.Case, kind, harmless, replaced string) *unstructured.Unstructured {
	c.Helper()
	var spec, changes map[string]any
	c.Must(yaml.Unmarshal([]byte(a.expand(harmless)), &spec))
	c.Must(yaml.Unmarshal([]byte(a.expand(replaced)), &changes))
	if reference := a.attacker.Kustomization.Spec.KubeConfig; reference != nil {
		text, err := yaml.Marshal(reference)
		c.Must(err)
		var kubeConfig map[string]any
		c.Must(yaml.Unmarshal(text, &kubeConfig))
		spec["kubeConfig"] = kubeConfig
	}
	maps.Copy(spec, changes)
	maps.DeleteFunc(spec, func(_ string, value any) bool { return value == nil })
	apiVersion := map[string]string{"Kustomization": "kustomize.toolkit.fluxcd.io/v1", "HelmRelease": "helm.toolkit.fluxcd.io/v2"}
	obj := harness.Object(apiVersion[kind], kind, a.attacker.Name, a.id)
	obj.Object["spec"] = spec
	return obj
}

// bringsKubeConfig reports whether the attack's Flux object has a kubeConfig of its
// own.
func (a attack) bringsKubeConfig() bool {
	return strings.Contains(a.kustomization+a.helmRelease, "kubeConfig:")
}

// expand replaces the names in a text of the table.
func (a *attempt) expand(text string) string {
	plane := a.env.Plane
	return harness.Expand(text,
		"me", a.attacker.Name, "mine", a.attacker.App().Name,
		"victim", a.victim.Name, "theirs", a.victim.App().Name, "victimUID", string(a.victimUID),
		"id", a.id, "server", plane.Server, "ca", escape(plane.CA()),
		"caData", base64.StdEncoding.EncodeToString(plane.CA()), "loot", loot(a.env),
		"git", strings.TrimSuffix(a.env.Git.URL(""), "/.git"), "files", a.env.Charts.URL,
		"attackerCA", escape(a.caught.ca), "attackerCAData", base64.StdEncoding.EncodeToString(a.caught.ca),
	)
}

// escape has a text fit between double quotes in YAML.
func escape(text []byte) string {
	return strings.Trim(strconv.Quote(string(text)), `"`)
}
