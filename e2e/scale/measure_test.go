package scale_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/estate"
	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// page is the page that the table is written into.
var page = filepath.Join("..", "..", "docs", "limits.md")

var sizesFlag = flag.String("tenants", "300", "numbers of tenants to grow the fleet to, separated by commas")

// patience is how long thousands of tenants may take.
const patience = 40 * time.Minute

// platform is the namespace of the platform's Flux objects.
const platform = "flux-system"

func parseSizes(t *testing.T) []int {
	var sizes []int
	for _, text := range strings.Split(*sizesFlag, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("-tenants=%s: %q is not a number of tenants", *sizesFlag, text)
		}
		sizes = append(sizes, n)
	}
	return sizes
}

// eventually is [harness.Case.Eventually] with a longer timeout.
func eventually(c *harness.Case, check func(context.Context) error) {
	c.Helper()
	c.Must(harness.Eventually(c.Context(), patience, check))
}

// commit pushes the tree and tells the sources, as a webhook of the git server does.
func commit(c *harness.Case, e *estate.Estate) {
	c.Helper()
	c.Must(c.Env.Git.Push(c.Context(), estate.Repository, e.Files(c)))
	var sources sourcev1.GitRepositoryList
	c.Must(c.Env.Plane.Client.List(c.Context(), &sources, client.InNamespace(platform)))
	for _, source := range sources.Items {
		request(c, &source)
	}
}

// request asks Flux to reconcile an object now.
func request(c *harness.Case, obj client.Object) (token string) {
	c.Helper()
	token, err := c.Env.Request(c.Context(), obj)
	c.Must(err)
	return token
}

// waitTenants waits until every tenant of the fleet is Ready.
func waitTenants(c *harness.Case, e *estate.Estate) {
	c.Helper()
	eventually(c, func(ctx context.Context) error {
		var tenants capsulev1beta2.TenantList
		if err := c.Env.Plane.Client.List(ctx, &tenants); err != nil {
			return err
		}
		n := 0
		for _, t := range tenants.Items {
			if ready := t.Status.Conditions.GetConditionByType(meta.ReadyCondition); ready != nil && ready.Status == metav1.ConditionTrue {
				n++
			}
		}
		if n != len(e.Specs) {
			return fmt.Errorf("%d of %d tenants are Ready", n, len(e.Specs))
		}
		return nil
	})
}

// waitApplied waits until every Kustomization of the platform is Ready at the latest
// commit.
func waitApplied(c *harness.Case, e *estate.Estate) {
	c.Helper()
	latest, err := gitserver.Head(c.Context(), c.Env.Git.URL(estate.Repository))
	c.Must(err)
	eventually(c, func(ctx context.Context) error {
		var late []string
		for _, k := range appliers(c) {
			if k.Name == probeName {
				continue
			}
			at, err := e.At(ctx, k, k.Status.LastAppliedRevision, latest)
			if err != nil {
				return err
			}
			if !at || !apimeta.IsStatusConditionTrue(k.Status.Conditions, meta.ReadyCondition) {
				late = append(late, k.Name)
			}
		}
		if len(late) > 0 {
			return fmt.Errorf("%d Kustomizations are not Ready at %s: %s", len(late), latest, late[0])
		}
		return nil
	})
}

// appliers are the Kustomizations of the platform.
func appliers(c *harness.Case) []kustomizev1.Kustomization {
	c.Helper()
	var list kustomizev1.KustomizationList
	c.Must(c.Env.Plane.Client.List(c.Context(), &list, client.InNamespace(platform)))
	return list.Items
}

// reconcileAgain has every Kustomization of the platform reconciled once more. It
// returns the processor time that kustomize-controller took, and the longest that
// the probe took meanwhile.
func reconcileAgain(c *harness.Case) (processor, beside time.Duration) {
	c.Helper()
	before := kustomizeTime(c)
	requested := map[string]string{}
	for _, k := range appliers(c) {
		if k.Name != probeName {
			requested[k.Name] = request(c, &k)
		}
	}
	for len(requested) > 0 {
		beside = max(beside, probe(c))
		for _, k := range appliers(c) {
			if k.Status.LastHandledReconcileAt == requested[k.Name] {
				delete(requested, k.Name)
			}
		}
	}
	return kustomizeTime(c) - before, beside
}

// largestInventory is the size of the largest Kustomization of the platform.
func largestInventory(c *harness.Case) int {
	c.Helper()
	most := 0
	for _, k := range appliers(c) {
		text, err := json.Marshal(k)
		c.Must(err)
		most = max(most, len(text))
	}
	return most
}

// probeName is the Kustomization of one ConfigMap that is reconciled beside all others.
const probeName = "probe"

func prepareProbe(c *harness.Case) {
	c.Helper()
	c.Must(c.Env.Git.Push(c.Context(), probeName, map[string]string{
		"config.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: probe, namespace: flux-system}}",
	}))
	objects := c.ApplyText(harness.Expand(`
{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: probe, namespace: flux-system}, spec: {url: "${url}", interval: 1h, ref: {branch: ${branch}}}}
---
{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: probe, namespace: flux-system}, spec: {interval: 1h, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: probe}}}
`, "url", c.Env.Git.URL(probeName), "branch", gitserver.Branch))
	c.WaitReady(objects[1])
}

// probe reconciles the probe and returns how long that took.
func probe(c *harness.Case) time.Duration {
	c.Helper()
	begin := time.Now()
	k := &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: platform, Name: probeName}}
	token := request(c, k)
	eventually(c, func(ctx context.Context) error {
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(k), k); err != nil {
			return err
		}
		if k.Status.LastHandledReconcileAt != token {
			return fmt.Errorf("the probe is not reconciled")
		}
		return nil
	})
	return time.Since(begin)
}
