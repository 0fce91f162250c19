package dataloss_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// repository is the platform's.
const repository = "flux-system"

// An estate is a fleet whose tree is in git and in force.
type estate struct {
	env     *harness.Env
	dir     string // the tree, as the library keeps it
	specs   []tenant.Spec
	cluster string
	groups  int
	shards  []string
	serves  []string // the tenants of the cluster; all of them if empty
}

// newEstate builds a fleet of tenants, each of which has a repository of its own.
func newEstate(c *harness.Case, names ...string) *estate {
	c.Helper()
	e := &estate{env: c.Env, dir: c.TempDir(), cluster: "e2e"}
	c.Must(os.Mkdir(filepath.Join(e.dir, ".git"), 0o755)) // a tree is in a repository
	for _, name := range names {
		team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: name}, nil)
		c.Must(err)
		e.specs = append(e.specs, team.Spec)
	}
	return e
}

// fleet is all tenants of the estate, and their platform.
func (e *estate) fleet() fleet.Fleet {
	return fleet.Fleet{
		Platform: &fleet.Platform{
			Git:      tenant.Git{URL: e.env.Git.URL(repository), Branch: gitserver.Branch},
			Clusters: []fleet.Cluster{{Name: e.cluster, Tenants: e.serves}},
		},
		Groups: e.groups,
		Shards: e.shards,
		Tenants: func(yield func(tenant.Spec, error) bool) {
			for _, spec := range e.specs {
				if !yield(spec, nil) {
					return
				}
			}
		},
	}
}

// write writes the tree.
func (e *estate) write(ctx context.Context, options ...fleet.TreeOption) error {
	_, err := e.fleet().WriteTree(ctx, e.dir, options...)
	return err
}

// files are the tree's, by path, but for Capsule's releases: Capsule runs beside
// Flux here.
func (e *estate) files(c *harness.Case) map[string]string {
	c.Helper()
	files := map[string]string{}
	c.Must(fs.WalkDir(os.DirFS(e.dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, "infrastructure/capsule") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(e.dir, path))
		files[path] = string(content)
		return err
	}))
	infrastructure := "infrastructure/kustomization.yaml"
	files[infrastructure] = strings.NewReplacer("- capsule-proxy\n", "", "- capsule\n", "").Replace(files[infrastructure])
	return files
}

// release writes the tree and has Flux apply it.
func (e *estate) release(c *harness.Case, options ...fleet.TreeOption) {
	c.Helper()
	c.Must(e.write(c.Context(), options...))
	e.push(c, e.files(c))
}

// push commits files to the platform's repository and waits until every Kustomization
// of the platform has tried them.
func (e *estate) push(c *harness.Case, files map[string]string) {
	c.Helper()
	files = maps.Clone(files)
	files["commit"] = time.Now().String() // a commit of the same files is one, too
	c.Must(e.env.Git.Push(c.Context(), repository, files))
	e.settle(c)
	time.Sleep(2 * time.Second) // for what is pruned last
}

// settle waits until Flux has tried the latest commit everywhere.
func (e *estate) settle(c *harness.Case) {
	c.Helper()
	begin := time.Now()
	c.Eventually(func(ctx context.Context) error { return e.settled(ctx, time.Since(begin)) })
}

// settled is nil when Flux has tried the latest commit everywhere. What fails before
// it gets to the commit has tried after a while. Each call asks the sources to look
// for a commit.
func (e *estate) settled(ctx context.Context, waited time.Duration) error {
	const while = 15 * time.Second
	latest, err := gitserver.Head(ctx, e.env.Git.URL(repository))
	if err != nil {
		return err
	}
	plane := e.env.Plane.Client
	var sources sourcev1.GitRepositoryList
	if err := plane.List(ctx, &sources, client.InNamespace("flux-system")); err != nil {
		return err
	}
	var stale []string
	broken := map[string]bool{} // sources without the commit: what they had stays applied
	for _, source := range sources.Items {
		ready, err := e.env.Readiness(ctx, &source)
		if err != nil {
			return err
		}
		broken[source.Name] = ready != nil && ready.Status == metav1.ConditionFalse && waited > while
		if !broken[source.Name] && (source.Status.Artifact == nil || !strings.Contains(source.Status.Artifact.Revision, latest)) {
			stale = append(stale, "GitRepository "+source.Name)
			request := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, meta.ReconcileRequestAnnotation, time.Now().Format(time.RFC3339Nano))
			if err := client.IgnoreNotFound(plane.Patch(ctx, &source, harness.MergePatch(request))); err != nil {
				return err
			}
		}
	}
	var appliers kustomizev1.KustomizationList
	if err := plane.List(ctx, &appliers, client.InNamespace("flux-system")); err != nil {
		return err
	}
	for _, applier := range appliers.Items {
		ready, err := e.env.Readiness(ctx, &applier)
		if err != nil {
			return err
		}
		tried := strings.Contains(applier.Status.LastAttemptedRevision, latest) && ready != nil && ready.Status != metav1.ConditionUnknown
		failed := ready != nil && ready.Status == metav1.ConditionFalse && waited > while
		if !tried && !failed && !broken[applier.Spec.SourceRef.Name] {
			stale = append(stale, "Kustomization "+applier.Name)
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("not at %s: %s", latest, strings.Join(stale, ", "))
	}
	return nil
}

// keep puts what nobody can make again into a tenant's namespace: a Secret and a
// claim.
func (e *estate) keep(c *harness.Case, name string) {
	c.Helper()
	c.ApplyText(harness.Expand(`
{apiVersion: v1, kind: Secret, metadata: {name: made-by-hand, namespace: "${name}-app"}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: "${name}-app"}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
`, "name", name))
}

// holdings are the UIDs of what the tenants must not lose.
func (e *estate) holdings(ctx context.Context, names ...string) (map[string]types.UID, error) {
	held := map[string]types.UID{}
	for _, name := range names {
		for _, obj := range []client.Object{
			harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", name),
			harness.Object("v1", "Namespace", "", name),
			harness.Object("v1", "Namespace", "", name+"-app"),
			&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name + "-app", Name: "made-by-hand"}},
			&corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: name + "-app", Name: "data"}},
		} {
			what := fmt.Sprintf("%T %s", obj, client.ObjectKeyFromObject(obj))
			if err := e.env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
				return nil, fmt.Errorf("%s: %w", what, err)
			}
			if obj.GetDeletionTimestamp() != nil {
				return nil, fmt.Errorf("%s is being deleted", what)
			}
			held[what] = obj.GetUID()
		}
	}
	return held, nil
}

// teamFile is the file of a tenant in the tree.
func (e *estate) teamFile(c *harness.Case, name string) string {
	c.Helper()
	found, err := filepath.Glob(filepath.Join(e.dir, "tenants", "*", name+".yaml"))
	c.Must(err)
	if len(found) != 1 {
		c.Fatalf("files of %s: %q", name, found)
	}
	path, err := filepath.Rel(e.dir, found[0])
	c.Must(err)
	return path
}

// group is that of a tenant.
func (e *estate) group(c *harness.Case, name string) string {
	c.Helper()
	return filepath.Base(filepath.Dir(e.teamFile(c, name)))
}
