package rules_test

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// policies asks the API server about objects of the controllers that do not run
// here.
func policies(c *harness.Case) {
	for _, test := range []struct{ name, object, says string }{
		{
			"Alert: events of another namespace",
			`{apiVersion: notification.toolkit.fluxcd.io/v1beta3, kind: Alert, spec: {providerRef: {name: x}, eventSources: [{kind: Kustomization, name: "*", namespace: flux-system}]}}`,
			"spec.eventSources[].namespace: ",
		},
		{
			"Receiver: resources of another namespace",
			`{apiVersion: notification.toolkit.fluxcd.io/v1, kind: Receiver, spec: {type: github, secretRef: {name: x}, resources: [{kind: GitRepository, name: x, namespace: flux-system}]}}`,
			"spec.resources[].namespace: ",
		},
		{
			"ImagePolicy: repository of another namespace",
			`{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImagePolicy, spec: {imageRepositoryRef: {name: x, namespace: flux-system}, policy: {alphabetical: {}}}}`,
			"spec.imageRepositoryRef.namespace: ",
		},
		{
			"ImageUpdateAutomation: source of another namespace",
			`{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageUpdateAutomation, spec: {interval: 10m, sourceRef: {kind: GitRepository, name: x, namespace: flux-system}, git: {commit: {author: {email: a@example.com}}}}}`,
			"spec.sourceRef.namespace: ",
		},
		{
			"ImageRepository: cloud identity of the controller",
			`{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, spec: {interval: 10m, timeout: 1m, image: example.com/x, provider: aws}}`,
			"spec.serviceAccountName: ",
		},
		{
			"GitRepository: cloud identity of the controller",
			`{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, spec: {interval: 10m, url: "https://example.com/x", provider: azure}}`,
			"spec.serviceAccountName: ",
		},
	} {
		c.Run(test.name, func(c *harness.Case) {
			obj := c.Objects(test.object)[0]
			obj.SetNamespace(harness.ProbeNamespace)
			obj.SetName("probe")
			err := c.Env.Plane.Client.Create(c.Context(), obj, client.DryRunAll)
			c.Refuses(err, test.says)
			if err != nil {
				c.Contains(err.Error(), "ValidatingAdmissionPolicy")
			}
		})
	}
}
