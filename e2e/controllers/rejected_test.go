package controllers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A rejection is a fault that the API server accepts, a builder rejects, and a
// controller never gets over. Without the fault it becomes Ready.
type rejection struct {
	name  string
	kind  string // apiVersion, kind
	spec  string // with ${fault}
	fault string
	fixed string // in place of the fault

	builder    string // what the builder says
	controller string // what the controller says
}

func rejections() []rejection {
	const kustomization = "kustomize.toolkit.fluxcd.io/v1, Kustomization"
	const source = "source.toolkit.fluxcd.io/v1, "
	const applies = "interval: 10m, timeout: 1m, prune: true, path: ./, serviceAccountName: gitops-reconciler, sourceRef: {kind: GitRepository, name: more}, "
	return []rejection{
		{
			name: "expression that does not parse", kind: kustomization,
			spec:  applies + "wait: true, healthCheckExprs: [{apiVersion: v1, kind: ConfigMap, current: ${fault}}]",
			fault: `"data.color =="`, fixed: `"data.color == 'blue'"`,
			builder:    "spec.healthCheckExprs[0].current",
			controller: "failed to parse",
		},
		{
			name: "pattern that does not parse", kind: "image.toolkit.fluxcd.io/v1, ImagePolicy",
			spec:  "imageRepositoryRef: {name: app}, policy: {semver: {range: 1.x}}, filterTags: {pattern: ${fault}}",
			fault: `"(1"`, fixed: `"^1"`,
			builder:    "spec.filterTags.pattern",
			controller: "failed to filter tags",
		},
		{
			name: "reference that is no full name", kind: source + "GitRepository",
			spec:  `interval: 10m, timeout: 30s, url: "${git}", ref: {name: ${fault}}`,
			fault: "main", fixed: "refs/heads/main",
			builder:    "spec.ref.name: Invalid value: \"main\": must be a full name that starts with refs/",
			controller: "unable to resolve ref 'main' to a specific commit",
		},
		{
			name: "signature of a tag, asked of a branch", kind: source + "GitRepository",
			spec:  `interval: 10m, timeout: 30s, url: "${git}", ref: {branch: main}${fault}`,
			fault: ", verify: {mode: Tag, secretRef: {name: keys}}", fixed: "",
			builder:    "spec.verify.mode: Invalid value: \"Tag\"",
			controller: "cannot verify tag",
		},
		{
			name: "component elsewhere", kind: kustomization,
			spec:  applies + "components: ${fault}",
			fault: `["https://git.forge.svc/more.git"]`, fixed: "[]",
			builder:    "spec.components[0]",
			controller: "must be local and relative",
		},
		{
			name: "patch that looks like JSON", kind: kustomization,
			spec:  applies + "patches: [{patch: ${fault}, target: {kind: ConfigMap}}]",
			fault: `'[{op: add, path: /data/x, value: y}]'`, fixed: `'[{"op": "add", "path": "/data/x", "value": "y"}]'`,
			builder:    "spec.patches[0].patch: Invalid value: must be JSON, since it begins with [",
			controller: "unable to parse SM or JSON patch",
		},
		{
			name: "signature by nobody", kind: source + "OCIRepository",
			spec:  "interval: 10m, timeout: 30s, certSecretRef: {name: registry}, url: oci://" + image + ", ref: {tag: 1.0.0}${fault}",
			fault: ", verify: {provider: notation}", fixed: "",
			builder:    "spec.verify.secretRef: Required value",
			controller: "verification secret",
		},
	}
}

// rejected applies each fault as the platform, which the builders would have kept
// from it, and then the same without the fault.
func rejected(t *testing.T, env *harness.Env, h *hook, ca []byte) {
	var team *harness.Team
	env.Run(t, "setup", func(c *harness.Case) {
		c.Must(env.Git.Push(c.Context(), "more", map[string]string{
			"more.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: more, namespace: rejected-app}, data: {color: blue}}",
		}))
		team = c.Team(tenant.Spec{Name: "rejected"}, map[string]string{
			"more.yaml":     `{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: more, namespace: rejected}, spec: {interval: 10m, timeout: 30s, ref: {branch: main}, url: "` + env.Git.URL("more") + `"}}`,
			"scan.yaml":     `{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, metadata: {name: app, namespace: rejected}, spec: {interval: 10m, timeout: 30s, certSecretRef: {name: registry}, image: ` + image + `}}`,
			"registry.yaml": registrySecret("rejected", ca),
			"keys.yaml":     `{apiVersion: v1, kind: Secret, metadata: {name: keys, namespace: rejected}, stringData: {key.asc: x}}`,
		})
		team.WaitReady(c)
	})
	t.Run("objects", func(t *testing.T) {
		for _, row := range rejections() {
			env.Run(t, row.name, func(c *harness.Case) { c.Parallel(); row.run(c, team) })
		}
		env.Run(t, "provider without an address", func(c *harness.Case) { c.Parallel(); withoutAddress(c, team, h) })
	})
}

func (r rejection) run(c *harness.Case, team *harness.Team) {
	apiVersion, kind, _ := strings.Cut(r.kind, ", ")
	build := func(fault string) *unstructured.Unstructured {
		text := fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: %s}, spec: {%s}}", apiVersion, kind, harness.Slug(r.name), team.Name, r.spec)
		return c.Objects(harness.Expand(text, "fault", fault, "git", c.Env.Git.URL("more")))[0]
	}
	faulty, fixed := build(r.fault), build(r.fixed)
	c.Refuses(validate(faulty), r.builder)
	c.Must(validate(fixed))

	c.Apply(faulty)
	c.DeleteAfter(faulty)
	c.Outcome, c.Detail = harness.Refused, c.WaitNotReady(faulty, r.controller)
	c.Apply(fixed)
	c.WaitReady(fixed)
}

// validate is what the builders of a bundle ask of an object.
func validate(obj *unstructured.Unstructured) error {
	scheme := runtime.NewScheme()
	if err := flux.AddToScheme(scheme); err != nil {
		return err
	}
	typed, err := scheme.New(obj.GroupVersionKind())
	if err != nil {
		return err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, typed); err != nil {
		return err
	}
	return errors.Join(flux.Validate(typed), tenant.ValidateExpressions(typed).ToAggregate())
}

// withoutAddress: a Provider has no condition; what notification-controller says of
// it is an event of the Alert.
func withoutAddress(c *harness.Case, team *harness.Team, h *hook) {
	const path = "/rejected"
	objects := func(address string) []*unstructured.Unstructured {
		return c.Objects(harness.Expand(`
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata: {name: mute, namespace: rejected}
spec: {type: generic${address}}
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata: {name: mute, namespace: rejected}
spec: {providerRef: {name: mute}, eventSources: [{kind: Kustomization, name: rejected}]}
`, "address", address))
	}
	faulty, fixed := objects(""), objects(`, address: "`+hookURL(path)+`"`)
	c.Refuses(validate(faulty[0]), "spec.address: Required value")
	c.Must(validate(fixed[0]))

	for _, obj := range faulty {
		c.Apply(obj)
		c.DeleteAfter(obj)
	}
	team.Change(c, func(files map[string]string) { files["change.txt"] = "one" })
	c.Eventually(func(ctx context.Context) error {
		var events corev1.EventList
		if err := c.Env.Plane.Client.List(ctx, &events, client.InNamespace(team.Name)); err != nil {
			return err
		}
		for _, event := range events.Items {
			if event.InvolvedObject.Name == "mute" && event.Reason == "NotificationDispatchFailed" {
				c.Outcome, c.Detail = harness.Refused, event.Message
				return nil
			}
		}
		return fmt.Errorf("notification-controller has no complaint about the Alert")
	})
	c.Contains(c.Detail, "invalid hook URL")
	c.Apply(fixed[0])
	team.Change(c, func(files map[string]string) { files["change.txt"] = "two" })
	h.wait(c, path)
}
