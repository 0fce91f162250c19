package dataloss_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/estate"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestDataLoss makes one slip after the other in one estate, and checks after each
// that the tenants still have their objects. Then the tree is put right, and they
// must have it still.
func TestDataLoss(t *testing.T) {
	env := harness.Start(t)
	document(t, env, "what a slip costs")
	names := []string{first, second, third, fourth}
	var e *holder
	var held map[string]types.UID
	env.Run(t, "setup", func(c *harness.Case) {
		e = &holder{estate.New(c, names...)}
		e.Dir = estate.In(c, t.TempDir()) // longer than the case
		e.oldTree(c, false)
		e.Bootstrap(c)
		e.Push(c, e.Files(c))
		held = e.hold(c, names...)
	})
	if t.Failed() {
		return
	}
	keeps := keeper(t, e, &held, names)
	keeps("one Kustomization for all tenants, to groups in one commit", func(c *harness.Case) {
		c.Refuses(e.Write(c.Context()), "Three commits move them without loss")
	})
	keeps("one Kustomization for all tenants, to groups by relayout", func(c *harness.Case) { e.relayout(c, 64) })
	for _, s := range slips() {
		keeps("in git: "+s.name, func(c *harness.Case) { e.slip(c, s, held, names...) })
	}
	for _, object := range deletions() {
		keeps(deletion(object), func(c *harness.Case) {
			e.delete(c, object)
			e.keeps(c, held, names...)
			e.Bootstrap(c)
			e.Push(c, e.Files(c))
		})
	}
	keeps("kubectl delete Tenant", func(c *harness.Case) {
		err := c.Env.Plane.Client.Delete(c.Context(), harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", first))
		c.Refuses(err, "protected")
	})
	keeps("flux bootstrap again", e.upgrade)
	keeps("a shard added, and removed", e.reshard)
	keeps("a cluster's list of tenants", func(c *harness.Case) { e.recluster(c, held) })
	for _, change := range e.identities() {
		keeps("in a spec: "+change.name, func(c *harness.Case) {
			all := slices.Clone(e.Specs)
			change.change(&e.Specs[0])
			err := e.Write(c.Context())
			e.Specs = all
			c.Refuses(err, change.says)
		})
	}
	keeps("the spec of a tenant missing", func(c *harness.Case) {
		all := e.Specs
		e.Specs = all[1:]
		err := e.Write(c.Context())
		e.Specs = all
		c.Refuses(err, "never off-boarded: "+first)
	})
	env.Run(t, "leaving: suspended, the last of its group, and made again at once", func(c *harness.Case) {
		e.spec(third).Suspend = true
		e.Release(c)
		held = e.leaves(c, third, held)
	})
	env.Run(t, "leaving: with a finalizer that blocks, and made again", func(c *harness.Case) {
		held = e.blocked(c, second, held)
	})
	keeps("groups, 64 to 32", func(c *harness.Case) {
		e.Groups = 32
		c.Refuses(e.Write(c.Context()), "Three commits move them without loss")
		e.relayout(c, 32)
		c.Detail = "refused; by relayout nothing is lost"
	})
	keeps("groups, 32 to 64, the first two commits at once", func(c *harness.Case) { e.hurry(c, 64, 2) })
	keeps("groups, 64 to 32, all three commits at once", func(c *harness.Case) { e.hurry(c, 32, 3) })
	keeps("groups back to one Kustomization for each tenant, by a revert", func(c *harness.Case) {
		e.Dir = estate.In(c, t.TempDir())
		e.oldTree(c, true)
		e.Push(c, e.Files(c))
	})
	keeps("one Kustomization for each tenant, to groups by relayout", func(c *harness.Case) { e.relayout(c, 64) })
	env.Run(t, "without the guards: file of a tenant deleted", func(c *harness.Case) { e.unguarded(c, first) })
}

// keeper returns a function that runs a slip as a case, and then checks that the tenants
// still have what they held.
func keeper(t *testing.T, e *holder, held *map[string]types.UID, names []string) func(name string, slip func(*harness.Case)) {
	return func(name string, slip func(*harness.Case)) {
		e.Env.Run(t, name, func(c *harness.Case) {
			slip(c)
			e.keeps(c, *held, names...)
		})
	}
}

// slip commits a slip, checks that nothing is lost, and commits the tree again.
func (e *holder) slip(c *harness.Case, s slip, held map[string]types.UID, names ...string) {
	c.Helper()
	files := e.Files(c)
	s.change(c, e, files)
	e.Push(c, files)
	e.keeps(c, held, names...)
	e.Push(c, e.Files(c))
}

// deletion is the name of the case that deletes an object.
func deletion(obj *unstructured.Unstructured) string {
	return "kubectl delete " + obj.GetKind() + " " + obj.GetNamespace() + "/" + obj.GetName()
}

// deletions are the objects of Flux that somebody deletes.
func deletions() []*unstructured.Unstructured {
	const kustomization, repository = "kustomize.toolkit.fluxcd.io/v1", "source.toolkit.fluxcd.io/v1"
	return []*unstructured.Unstructured{
		harness.Object(kustomization, "Kustomization", "flux-system", "tenants-031"),
		harness.Object(kustomization, "Kustomization", "flux-system", "groups"),
		harness.Object(kustomization, "Kustomization", "flux-system", "infrastructure"),
		harness.Object(kustomization, "Kustomization", "flux-system", "flux-system"),
		harness.Object(kustomization, "Kustomization", first, first),
		harness.Object(repository, "GitRepository", first, first),
	}
}

// delete deletes an object, and waits until that object is gone: another may be there
// by then.
func (e *holder) delete(c *harness.Case, obj *unstructured.Unstructured) {
	c.Helper()
	key := client.ObjectKeyFromObject(obj)
	c.Must(e.Env.Plane.Client.Get(c.Context(), key, obj))
	uid := obj.GetUID()
	c.Remove(obj)
	c.Eventually(func(ctx context.Context) error {
		err := e.Env.Plane.Client.Get(ctx, key, obj)
		if err == nil && obj.GetUID() == uid {
			return fmt.Errorf("%s is still being deleted", key)
		}
		return client.IgnoreNotFound(err)
	})
}

// hold waits until the tenants work, creates the objects that they must not lose in
// their namespaces, and returns the UIDs.
func (e *holder) hold(c *harness.Case, names ...string) (held map[string]types.UID) {
	c.Helper()
	for _, name := range names {
		c.WaitReady(harness.Object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, name))
		e.keep(c, name)
	}
	held, err := e.holdings(c.Context(), names...)
	c.Must(err)
	return held
}

// keeps fails the case if the tenants have lost anything.
func (e *holder) keeps(c *harness.Case, held map[string]types.UID, names ...string) {
	c.Helper()
	got, err := e.holdings(c.Context(), names...)
	if diff := cmp.Diff(held, got); err != nil || diff != "" {
		c.Fatalf("lost (-before +after): %v\n%s", err, diff)
	}
}

// An identityChange is a change of a spec that would take a tenant away from what it
// has.
type identityChange struct {
	name, says string
	change     func(*tenant.Spec)
}

func (e *holder) identities() []identityChange {
	direct := kubeconfig.Access{APIServer: e.Env.Plane.Server, CA: string(e.Env.Plane.CA()), Audiences: []string{e.Env.Plane.Server}}
	return []identityChange{
		{"home changed", "where its Kustomization would go on; keep it", func(s *tenant.Spec) { s.Home = "elsewhere" }},
		{"account changed", "which would go on owning it; keep it", func(s *tenant.Spec) { s.ServiceAccount = "somebody" }},
		{"access changed", "--change-access " + first, func(s *tenant.Spec) { s.Access = direct }},
	}
}

// unguarded removes the guards from the tree, and shows that the slip then loses the
// objects of the other cases.
func (e *holder) unguarded(c *harness.Case, name string) {
	held, err := e.holdings(c.Context(), name)
	c.Must(err)
	files, file := e.Files(c), e.teamFile(c, name)
	files[file] = strings.NewReplacer(
		"kustomize.toolkit.fluxcd.io/prune: disabled", "x: y",
		"preventDeletion: true", "preventDeletion: false",
		"deletionPolicy: Orphan", "deletionPolicy: MirrorPrune",
	).Replace(files[file])
	e.Push(c, files)
	delete(files, file)
	unlist(files, strings.TrimSuffix(file, name+".yaml"), name+".yaml")
	e.Push(c, files)
	c.Eventually(func(ctx context.Context) error {
		got, err := e.holdings(ctx, name)
		if err == nil && cmp.Equal(held, got) {
			return fmt.Errorf("nothing is lost: the other cases could not fail")
		}
		return nil
	})
	c.Detail = "lost"
}
