package dataloss_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestDataLoss makes one slip after the other in one estate, and looks after each
// whether the tenants have what they had. Then the tree is put right, and they must
// have it still.
func TestDataLoss(t *testing.T) {
	env := harness.Start(t)
	names := []string{first, second, third}
	var e *estate
	var held map[string]types.UID
	env.Run(t, "setup", func(c *harness.Case) {
		e = newEstate(c, names...)
		e.dir = t.TempDir() // longer than the case
		c.Must(os.Mkdir(filepath.Join(e.dir, ".git"), 0o755))
		oldTree(c, e, false)
		e.establish(c)
		held = e.hold(c, names...)
	})
	if t.Failed() {
		return
	}
	keeps := func(name string, slip func(c *harness.Case)) {
		env.Run(t, name, func(c *harness.Case) {
			slip(c)
			e.keeps(c, held, names...)
		})
	}
	keeps("old tree, one Kustomization for all: relayout", func(c *harness.Case) { e.relayout(c, 64) })
	for _, s := range slips() {
		keeps(s.name, func(c *harness.Case) {
			files := e.files(c)
			s.change(c, e, files)
			e.push(c, files)
			e.keeps(c, held, names...)
			e.push(c, e.files(c))
		})
	}
	for _, object := range []struct{ kind, namespace, name string }{
		{"Kustomization", "flux-system", "groups"},
		{"Kustomization", "flux-system", "flux-system"},
		{"Kustomization", first, first},
		{"GitRepository", first, first},
	} {
		keeps(object.kind+" "+object.name+" deleted by hand", func(c *harness.Case) {
			version := map[string]string{"Kustomization": "kustomize.toolkit.fluxcd.io/v1", "GitRepository": "source.toolkit.fluxcd.io/v1"}[object.kind]
			obj := harness.Object(version, object.kind, object.namespace, object.name)
			c.Remove(obj)
			c.Eventually(func(ctx context.Context) error {
				if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj); err == nil && obj.GetDeletionTimestamp() != nil {
					return fmt.Errorf("%s is still being deleted", object.name)
				}
				return nil
			})
			e.keeps(c, held, names...)
			e.bootstrap(c)
			e.push(c, e.files(c))
		})
	}
	keeps("Tenant deleted by hand", func(c *harness.Case) {
		err := c.Env.Plane.Client.Delete(c.Context(), harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", first))
		c.Refuses(err, "protected")
	})
	keeps("groups, 64 to 32", func(c *harness.Case) {
		e.groups = 32
		c.Refuses(e.write(c.Context()), "Three commits move them without loss")
		e.relayout(c, 32)
	})
	env.Run(t, "changes of identity", func(c *harness.Case) { e.identities(c) })
	env.Run(t, "a tenant leaves, and comes again", func(c *harness.Case) { e.leaving(c, second) })
	env.Run(t, "without the guards: file of a tenant deleted", func(c *harness.Case) { e.unguarded(c, third) })
}

// establish has Flux apply the tree, and waits until every tenant works.
func (e *estate) establish(c *harness.Case) {
	c.Helper()
	c.Must(c.Env.Git.Push(c.Context(), repository, e.files(c)))
	c.ApplyText(harness.Expand(rootSync, "url", c.Env.Git.URL(repository)))
	e.settle(c)
}

// rootSync is what flux bootstrap leaves in a cluster.
const rootSync = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "${url}", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, path: ./clusters/e2e, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: flux-system}}
`

// hold waits until the tenants work, puts into their namespaces what they must not
// lose, and returns its UIDs.
func (e *estate) hold(c *harness.Case, names ...string) (held map[string]types.UID) {
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
func (e *estate) keeps(c *harness.Case, held map[string]types.UID, names ...string) {
	c.Helper()
	got, err := e.holdings(c.Context(), names...)
	if diff := cmp.Diff(held, got); err != nil || diff != "" {
		c.Fatalf("lost (-before +after): %v\n%s", err, diff)
	}
}

// relayout changes the layout in three commits, and waits after each.
func (e *estate) relayout(c *harness.Case, groups int) {
	c.Helper()
	e.groups = groups
	for range 3 {
		e.release(c, fleet.Relayout())
	}
	c.Must(e.write(c.Context())) // nothing is left to do
}

// identities are changes of a spec that would take a tenant away from what it has.
func (e *estate) identities(c *harness.Case) {
	for name, change := range map[string]func(*tenant.Spec){
		"home":    func(s *tenant.Spec) { s.Home = "elsewhere" },
		"account": func(s *tenant.Spec) { s.ServiceAccount = "somebody" },
		"access": func(s *tenant.Spec) {
			s.Access = kubeconfig.Access{APIServer: e.env.Plane.Server, CA: string(e.env.Plane.CA()), Audiences: []string{e.env.Plane.Server}}
		},
	} {
		c.Run(name, func(c *harness.Case) {
			before := e.specs[0]
			change(&e.specs[0])
			err := e.write(c.Context())
			e.specs[0] = before
			c.Refuses(err, name)
		})
	}
	c.Run("spec of a tenant missing", func(c *harness.Case) {
		all := e.specs
		e.specs = all[1:]
		err := e.write(c.Context())
		e.specs = all
		c.Refuses(err, first)
	})
}

// leaving takes a tenant through the stages of off-boarding, and makes it again.
func (e *estate) leaving(c *harness.Case, name string) {
	others := []string{first, third}
	held, err := e.holdings(c.Context(), others...)
	c.Must(err)
	all := e.specs
	var stay []tenant.Spec
	for i, spec := range all {
		if spec.Name == name {
			all[i].Leaving = true
		} else {
			stay = append(stay, spec)
		}
	}
	// No controller of claims runs here that would let go of one.
	claim := harness.Object("v1", "PersistentVolumeClaim", name+"-app", "data")
	c.Must(c.Env.Plane.Client.Patch(c.Context(), claim, harness.MergePatch(`{"metadata":{"finalizers":null}}`)))
	e.release(c)
	e.release(c, fleet.Applied())
	c.WaitGone(harness.Object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, name))
	e.specs = stay
	e.release(c)
	c.WaitGone(
		harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", name),
		harness.Object("v1", "Namespace", "", name),
		harness.Object("v1", "Namespace", "", name+"-app"))
	e.keeps(c, held, others...)

	for i := range all {
		all[i].Leaving = false
	}
	e.specs = all
	e.release(c)
	c.WaitReady(harness.Object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, name))
	e.keeps(c, held, others...)
}

// unguarded takes the guards out of the tree, and shows that the slip then costs what
// the other cases look for.
func (e *estate) unguarded(c *harness.Case, name string) {
	held, err := e.holdings(c.Context(), name)
	c.Must(err)
	files, file := e.files(c), e.teamFile(c, name)
	files[file] = strings.NewReplacer(
		"kustomize.toolkit.fluxcd.io/prune: disabled", "x: y",
		"preventDeletion: true", "preventDeletion: false",
		"deletionPolicy: Orphan", "deletionPolicy: MirrorPrune",
	).Replace(files[file])
	e.push(c, files)
	delete(files, file)
	unlist(files, strings.TrimSuffix(file, name+".yaml"), name+".yaml")
	e.push(c, files)
	c.Eventually(func(ctx context.Context) error {
		got, err := e.holdings(ctx, name)
		if err == nil && cmp.Equal(held, got) {
			return fmt.Errorf("nothing is lost: the other cases could not fail")
		}
		return nil
	})
}

// oldTree writes a tree as the first version of the library did: one Kustomization
// for all tenants, or one for each, and no guards.
func oldTree(c *harness.Case, e *estate, perTenant bool) {
	c.Helper()
	const mark = "# Code generated by fluxcapsule. DO NOT EDIT.\n"
	write := func(path, text string) {
		path = filepath.Join(e.dir, path)
		c.Must(os.MkdirAll(filepath.Dir(path), 0o755))
		c.Must(os.WriteFile(path, []byte(mark+text), 0o644))
	}
	list := func(items ...string) string {
		return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- " + strings.Join(items, "\n- ") + "\n"
	}
	applier := func(name, path string) string {
		return harness.Expand(`---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m
  path: ${path}
  prune: true
  serviceAccountName: kustomize-controller
  sourceRef:
    kind: GitRepository
    name: flux-system
`, "name", name, "path", path)
	}
	var names, applied []string
	for _, spec := range e.specs {
		bundle, err := tenant.Build(spec)
		c.Must(err)
		text, err := harness.ToYAML(harness.RuntimeObjects(bundle.Objects())...)
		c.Must(err)
		write("tenants/"+spec.Name+"/tenant.yaml", text)
		write("tenants/"+spec.Name+"/kustomization.yaml", list("tenant.yaml"))
		names = append(names, spec.Name)
		if perTenant {
			write("clusters/e2e/tenants/"+spec.Name+".yaml", applier("tenant-"+spec.Name, "./tenants/"+spec.Name))
			applied = append(applied, spec.Name+".yaml")
		} else {
			applied = append(applied, "../../../tenants/"+spec.Name)
		}
	}
	write("tenants/kustomization.yaml", list(names...))
	write("clusters/e2e/tenants/kustomization.yaml", list(applied...))
	write("clusters/e2e/tenants.yaml", applier("tenants", "./clusters/e2e/tenants"))
	write("clusters/e2e/kustomization.yaml", list("tenants.yaml"))
}
