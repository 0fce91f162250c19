package controllers_test

import (
	"context"
	"fmt"
	"strings"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// imageConfig is in the tenant's git, with the mark that the automation looks for.
const imageConfig = `apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: images-app}
data:
  image: ` + image + `:1.0.0 # {"$imagepolicy": "images:app"}
`

// images: a new version of an image comes into the tenant's repository by a commit,
// and from there to the cluster, with objects that the tenant has in its git.
func images(c *harness.Case, ca []byte) {
	team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: "images"}, map[string]string{
		"config.yaml": imageConfig, "registry.yaml": registrySecret("images", ca),
	})
	c.Must(err)
	scan, err := team.NewImageRepository("app", reflectorv1.ImageRepositorySpec{Image: image, CertSecretRef: &meta.LocalObjectReference{Name: "registry"}})
	c.Must(err)
	latest, err := team.NewImagePolicy("app", reflectorv1.ImagePolicySpec{
		ImageRepositoryRef: flux.ImageRepositoryRef(scan),
		Policy:             reflectorv1.ImagePolicyChoice{SemVer: &reflectorv1.SemVerPolicy{Range: "1.x"}},
	})
	c.Must(err)
	update, err := team.NewImageUpdateAutomation("app", automationv1.ImageUpdateAutomationSpec{
		GitSpec: &automationv1.GitSpec{Commit: automationv1.CommitSpec{Author: automationv1.CommitUser{Name: "flux", Email: "flux@example.com"}}},
		Update:  &automationv1.UpdateStrategy{Path: "./", Strategy: automationv1.UpdateStrategySetters},
	})
	c.Must(err)
	for name, obj := range map[string]client.Object{"scan.yaml": scan, "policy.yaml": latest, "update.yaml": update} {
		team.Files[name], err = harness.ToYAML(obj)
		c.Must(err)
	}
	c.Must(c.Env.Git.AllowPush(c.Context(), team.Name))
	c.Must(team.Push(c.Context()))
	c.Must(team.Apply(c.Context()))
	team.WaitReady(c)
	c.WaitReady(scan, latest, update)

	c.Eventually(func(ctx context.Context) error {
		files, err := gitserver.Clone(ctx, c.Env.Git.URL(team.Name))
		if err != nil {
			return err
		}
		return want("the repository's file", files["config.yaml"], strings.ReplaceAll(imageConfig, "1.0.0", "1.1.0"))
	})
	team.Reconcile(c)
	c.Eventually(func(ctx context.Context) error {
		config := team.Config()
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(config), config); err != nil {
			return err
		}
		return want("the cluster's image", config.Data["image"], image+":1.1.0")
	})
}

// notifications: an event of the tenant's Kustomization comes to a hook of its own.
func notifications(c *harness.Case, h *hook) {
	team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: "alerts"}, nil)
	c.Must(err)
	provider, err := team.NewProvider("hook", notificationv1beta3.ProviderSpec{Type: notificationv1beta3.GenericProvider, Address: hookURL("/works")})
	c.Must(err)
	alert, err := team.NewAlert("hook", notificationv1beta3.AlertSpec{
		ProviderRef:  meta.LocalObjectReference{Name: provider.Name},
		EventSources: flux.EventSources(team.Kustomization),
	})
	c.Must(err)
	for name, obj := range map[string]client.Object{"provider.yaml": provider, "alert.yaml": alert} {
		team.Files[name], err = harness.ToYAML(obj)
		c.Must(err)
	}
	c.Must(team.Push(c.Context()))
	c.Must(team.Apply(c.Context()))
	team.WaitReady(c)
	team.Change(c, func(files map[string]string) { files["change.txt"] = "x" })
	h.wait(c, "/works")
}

func want(what, got, want string) error {
	if got != want {
		return fmt.Errorf("%s is %q, want %q", what, got, want)
	}
	return nil
}
