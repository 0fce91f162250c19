package recipe_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestRecipe follows one tenant of each access mode from its first apply on, with
// Flux's gate for workload identity and, where the access does not need it,
// without.
func TestRecipe(t *testing.T) {
	env := harness.Start(t)
	env.DocumentTimes(t, "recipe")
	t.Run("with workload identity", func(t *testing.T) {
		for _, access := range harness.Accesses() {
			env.Run(t, access.Name, func(c *harness.Case) { follow(c, access, "recipe "+access.Name) })
		}
		env.Run(t, "lists through the proxy", listNamespaces)
	})
	protection := harness.Defaults()
	protection.Identity = false
	if err := env.Protect(t.Context(), protection); err != nil {
		t.Fatal(err)
	}
	t.Run("without workload identity", func(t *testing.T) {
		for _, access := range harness.Accesses() {
			if !access.Identity {
				env.Run(t, access.Name, func(c *harness.Case) { follow(c, access, "plain "+access.Name) })
			}
		}
	})
}

// follow takes a tenant through its life.
func follow(c *harness.Case, access harness.Access, name string) {
	c.Parallel()
	if access.Proxy {
		c.NeedsProxy()
	}
	begin := time.Now()
	team := c.Team(tenant.Spec{
		Name:   harness.Slug(name),
		Access: c.Env.Access(access),
		Git:    tenant.Git{Interval: metav1.Duration{Duration: 5 * time.Second}},
	}, nil)
	team.WaitReady(c)
	c.Detail = fmt.Sprintf("Ready %s after one apply", time.Since(begin).Round(100*time.Millisecond))

	checkOwned(c, team)
	checkSecondApply(c, team)
	checkNested(c, team)
	checkHelmRelease(c, team)
	checkAuditLog(c, team)
	checkChange(c, team)
	checkPrune(c, team)
}

// checkNested puts a Kustomization into the tenant's git that applies another path
// of the repository.
func checkNested(c *harness.Case, t *harness.Team) {
	c.Helper()
	nested, err := t.NewKustomization("nested", kustomizev1.KustomizationSpec{
		Path: "./nested", Prune: true,
		Interval: metav1.Duration{Duration: time.Minute}, RetryInterval: &metav1.Duration{Duration: 30 * time.Second},
	})
	c.Must(err)
	text, err := harness.ToYAML(nested)
	c.Must(err)
	t.Change(c, func(files map[string]string) {
		files["flux/nested.yaml"] = text
		files["flux/kustomization.yaml"] = "resources: [nested.yaml]\n"
		files["kustomization.yaml"] = "resources: [namespace.yaml, config.yaml, flux]\n"
		files["nested/config.yaml"] = harness.Expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: nested, namespace: ${tenant}-app}
`, "tenant", t.Name)
	})
	c.WaitExists(nested, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: t.App().Name, Name: "nested"}})
	c.WaitReady(nested)
}

// checkHelmRelease puts a HelmRelease into the tenant's git.
func checkHelmRelease(c *harness.Case, t *harness.Team) {
	c.Helper()
	app := t.App().Name
	repository, err := t.NewHelmRepository("charts", sourcev1.HelmRepositorySpec{URL: c.Env.Charts.URL})
	c.Must(err)
	release, err := t.NewHelmRelease("app", helmv2.HelmReleaseSpec{
		Chart: &helmv2.HelmChartTemplate{Spec: helmv2.HelmChartTemplateSpec{
			Chart: "app", SourceRef: helmv2.CrossNamespaceObjectReference{Kind: "HelmRepository", Name: repository.Name},
		}},
		TargetNamespace: app,
		// An event of the chart during the install cancels it, by the lockdown's gate.
		Install: &helmv2.Install{Remediation: &helmv2.InstallRemediation{Retries: 3}},
	})
	c.Must(err)
	text, err := harness.ToYAML(repository, release)
	c.Must(err)
	t.Change(c, func(files map[string]string) {
		files["flux/release.yaml"] = text
		files["flux/kustomization.yaml"] = "resources: [nested.yaml, release.yaml]\n"
	})
	c.WaitExists(release)
	c.WaitReady(release)
	c.WaitExists(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: app, Name: "from-chart"}})
}

// checkChange changes an object in the tenant's git.
func checkChange(c *harness.Case, t *harness.Team) {
	c.Helper()
	t.Change(c, func(files map[string]string) {
		files["config.yaml"] = harness.Expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: ${tenant}-app}
data: {color: green}
`, "tenant", t.Name)
	})
	config := t.Config()
	c.Eventually(func(ctx context.Context) error {
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(config), config); err != nil {
			return err
		}
		if got := config.Data["color"]; got != "green" {
			return fmt.Errorf("the ConfigMap's color is %q, want green", got)
		}
		return nil
	})
}

// checkPrune removes objects from the tenant's git, one of each controller's.
func checkPrune(c *harness.Case, t *harness.Team) {
	c.Helper()
	t.Change(c, func(files map[string]string) {
		maps.DeleteFunc(files, func(path, _ string) bool { return path != "namespace.yaml" })
	})
	home, app := t.ServiceAccount.Namespace, t.App().Name
	c.WaitGone(
		t.Config(),
		&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "nested"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: app, Name: "nested"}},
		&helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "app"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: app, Name: "from-chart"}},
	)
	c.WaitReady(t.Kustomization)
}
