// Package estate is a fleet whose tree is in the platform's git repository and in
// force on a control plane.
package estate

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// Repository is the platform's.
const Repository = "flux-system"

// An Estate is a fleet whose tree is in git and in force.
type Estate struct {
	Env     *harness.Env
	Dir     string // the tree, as the library keeps it
	Specs   []tenant.Spec
	Cluster string
	Groups  int
	Shards  []string
	Serves  []string // the tenants of the cluster; all of them if empty
	Watched bool     // source-watcher makes the sources of the groups
}

// New builds a fleet of tenants, each with its own repository.
func New(c *harness.Case, names ...string) *Estate {
	c.Helper()
	e := &Estate{Env: c.Env, Dir: In(c, c.TempDir()), Cluster: "e2e"}
	for _, name := range names {
		team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: name}, nil)
		c.Must(err)
		e.Specs = append(e.Specs, team.Spec)
	}
	return e
}

// In makes a directory one that a tree can be written to: a repository.
func In(c *harness.Case, dir string) string {
	c.Helper()
	c.Must(os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	return dir
}

// Fleet is all tenants of the estate, and their platform.
func (e *Estate) Fleet() fleet.Fleet {
	return fleet.Fleet{
		Platform: &fleet.Platform{
			Git:      tenant.Git{URL: e.Env.Git.URL(Repository), Branch: gitserver.Branch},
			Clusters: []fleet.Cluster{{Name: e.Cluster, Tenants: e.Serves, SourceWatcher: e.Watched}},
		},
		Groups: e.Groups,
		Shards: e.Shards,
		Tenants: func(yield func(tenant.Spec, error) bool) {
			for _, spec := range e.Specs {
				if !yield(spec, nil) {
					return
				}
			}
		},
	}
}

// Write writes the tree.
func (e *Estate) Write(ctx context.Context, options ...fleet.TreeOption) error {
	_, err := e.Fleet().WriteTree(ctx, e.Dir, options...)
	return err
}

// Files are the tree's, by path, but for Capsule's releases: Capsule runs beside
// Flux here.
func (e *Estate) Files(c *harness.Case) map[string]string {
	c.Helper()
	files := map[string]string{}
	c.Must(fs.WalkDir(os.DirFS(e.Dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, "infrastructure/capsule") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(e.Dir, path))
		files[path] = string(content)
		return err
	}))
	infrastructure := "infrastructure/kustomization.yaml"
	files[infrastructure] = strings.NewReplacer("- capsule-proxy\n", "", "- capsule\n", "").Replace(files[infrastructure])
	return files
}

// Release writes the tree and has Flux apply it.
func (e *Estate) Release(c *harness.Case, options ...fleet.TreeOption) {
	c.Helper()
	c.Must(e.Write(c.Context(), options...))
	e.Push(c, e.Files(c))
}

// Push commits files to the platform's repository and waits until every Kustomization
// of the platform has tried them.
func (e *Estate) Push(c *harness.Case, files map[string]string) {
	c.Helper()
	files = maps.Clone(files)
	files["commit"] = time.Now().String() // a commit of the same files is one, too
	c.Must(e.Env.Git.Push(c.Context(), Repository, files))
	e.Settle(c)
	time.Sleep(2 * time.Second) // for the last objects to be pruned
}
