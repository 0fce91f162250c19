package dataloss_test

import (
	"context"
	"fmt"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/estate"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// TestSourceWatcher has the groups come from source-watcher's artifacts, makes the
// slips again, and has them come from sources of their own again.
func TestSourceWatcher(t *testing.T) {
	env := harness.MustStartWatched(t)
	document(t, env, "what a slip costs with source-watcher")
	names := []string{first, second, third, fourth}
	var e *holder
	var held map[string]types.UID
	env.Run(t, "setup", func(c *harness.Case) {
		e = &holder{estate.New(c, names...)}
		e.Dir = estate.In(c, t.TempDir()) // longer than the case
		e.CommitFlux(c)
		c.Must(e.Write(c.Context()))
		e.Bootstrap(c)
		e.Push(c, e.Files(c))
		held = e.hold(c, names...)
	})
	if t.Failed() {
		return
	}
	keeps := keeper(t, e, &held, names)
	keeps("sourceWatcher: true", func(c *harness.Case) {
		e.Watched = true
		e.Release(c)
	})
	keeps("a commit for one tenant", func(c *harness.Case) { e.oneGroup(c) })
	for _, s := range append(slips(), slip{"the ArtifactGenerator deleted", func(c *harness.Case, e *holder, files map[string]string) {
		delete(files, "clusters/e2e/tenants/artifacts.yaml")
		unlist(files, "clusters/e2e/tenants/", "artifacts.yaml")
	}}) {
		keeps("in git: "+s.name, func(c *harness.Case) { e.slip(c, s, held, names...) })
	}
	for _, object := range []*unstructured.Unstructured{
		harness.Object("source.extensions.fluxcd.io/v1beta1", "ArtifactGenerator", "flux-system", "tenants"),
		harness.Object("source.toolkit.fluxcd.io/v1", "ExternalArtifact", "flux-system", "tenants-031"),
	} {
		keeps(deletion(object), func(c *harness.Case) {
			e.delete(c, object)
			e.keeps(c, held, names...)
			e.Push(c, e.Files(c))
		})
	}
	keeps("a cluster's list of tenants", func(c *harness.Case) { e.recluster(c, held) })
	keeps("a shard added, and removed", e.reshard)
	env.Run(t, "leaving: the last of its group, and made again at once", func(c *harness.Case) {
		held = e.leaves(c, third, held)
	})
	keeps("sourceWatcher: false", func(c *harness.Case) {
		e.Watched = false
		e.Release(c)
	})
}

// oneGroup changes a tenant and checks that no other group is applied again.
func (e *holder) oneGroup(c *harness.Case) {
	c.Helper()
	before := e.revisions(c)
	e.spec(third).Substitute = map[string]string{"changed": "true"}
	e.Release(c)
	changed := ""
	for name, revision := range e.revisions(c) {
		if revision != before[name] {
			changed += name + " "
		}
	}
	if want := fmt.Sprintf("tenants-%s ", e.group(c, third)); changed != want {
		c.Errorf("applied again: %s, want %s", changed, want)
	}
	c.Detail = "its group alone is applied, and nothing is lost"
}

// revisions are those that the Kustomizations of the groups applied.
func (e *holder) revisions(c *harness.Case) map[string]string {
	c.Helper()
	revisions := map[string]string{}
	c.Eventually(func(ctx context.Context) error {
		var list kustomizev1.KustomizationList
		if err := e.Env.Plane.Client.List(ctx, &list, client.InNamespace("flux-system")); err != nil {
			return err
		}
		for _, k := range list.Items {
			if k.Spec.SourceRef.Kind == "ExternalArtifact" {
				revisions[k.Name] = k.Status.LastAppliedRevision
			}
		}
		return nil
	})
	return revisions
}
