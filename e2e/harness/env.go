package harness

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/chartserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/tenant"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// An Env is one control plane, and the servers that tenants bring to it.
type Env struct {
	Plane  *controlplane.ControlPlane
	Git    *gitserver.Server
	Charts *chartserver.Server

	report *report
}

// Main is the TestMain of a package that calls [Start].
func Main(m *testing.M) {
	flag.Bool("update", false, "write what the run shows into the documentation")
	flag.Bool("record", false, "write what became of the cases into the table of versions")
	flag.Parse()
	flag.Set("test.parallel", "32") // tests wait more than they work
	controlplane.Main(m)
}

// Update reports whether the run is to write the documentation.
func Update() bool { return flag.Lookup("update").Value.String() == "true" }

func recording() bool { return flag.Lookup("record").Value.String() == "true" }

// Start starts a control plane of the set that [controlplane.SetVar] names, with Flux
// locked down and the admission policies in force as a platform should have them.
// With the test it prints the report and stops what it has started.
func Start(t *testing.T) *Env {
	t.Helper()
	set, err := controlplane.ChosenSet()
	if err != nil {
		t.Fatal(err)
	}
	return StartSet(t, set)
}

// StartSet is [Start] with another set.
func StartSet(t *testing.T, set controlplane.Set) *Env {
	t.Helper()
	env, err := Launch(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(env.Close)
	t.Cleanup(func() {
		env.record(t, set)
		env.report.print(os.Stdout, t.Failed())
	})
	if err := env.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := env.Protect(t.Context(), Defaults()); err != nil {
		t.Fatal(err)
	}
	return env
}

// StartWatched is [Start] with source-watcher, where [controlplane.WatcherVar] names
// one.
func StartWatched(t *testing.T) *Env {
	t.Helper()
	set, _ := watchedSet(t)
	return StartSet(t, set)
}

// MustStartWatched is [StartWatched], and skips the test where there is no
// source-watcher.
func MustStartWatched(t *testing.T) *Env {
	t.Helper()
	set, watches := watchedSet(t)
	if !watches {
		t.Skip(controlplane.ErrNoWatcher)
	}
	return StartSet(t, set)
}

// watchedSet returns the chosen set, with source-watcher if there is one.
func watchedSet(t *testing.T) (set controlplane.Set, watches bool) {
	t.Helper()
	set, err := controlplane.ChosenSet()
	if err == nil {
		set, err = set.WithWatcher()
	}
	if err != nil && !errors.Is(err, controlplane.ErrNoWatcher) {
		t.Fatal(err)
	}
	return set, err == nil
}

// StartOldCapsule is [Start] with a Capsule that has known holes, and nothing else.
func StartOldCapsule(t *testing.T) *Env {
	t.Helper()
	plane, err := controlplane.StartOldCapsule(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	env := &Env{Plane: plane, report: &report{}}
	t.Cleanup(env.Close)
	t.Cleanup(func() { env.report.print(os.Stdout, t.Failed()) })
	return env
}

// Launch starts a set's control plane without Flux, and the servers.
func Launch(ctx context.Context, set controlplane.Set) (*Env, error) {
	plane, err := controlplane.Start(ctx, set)
	if err != nil {
		return nil, err
	}
	env := &Env{Plane: plane, report: &report{}}
	if env.Git, err = gitserver.Start(filepath.Join(plane.Dir(), "git"), controlplane.GitHost+":80"); err == nil {
		env.Charts, err = chartserver.Start(filepath.Join(plane.Dir(), "charts"), controlplane.ChartsHost, appChart(), crdChart())
	}
	if err != nil {
		env.Close()
		return nil, err
	}
	return env, nil
}

// Prepare applies the objects of a platform without tenants, and waits until quotas
// on Flux's kinds are counted, which a new control plane takes a while for.
func (e *Env) Prepare(ctx context.Context) error {
	probe := Object("v1", "Namespace", "", ProbeNamespace)
	probe.SetLabels(map[string]string{tenant.Label: "probe"})
	quota := Object("v1", "ResourceQuota", ProbeNamespace, "probe")
	quota.Object["spec"] = map[string]any{"hard": map[string]any{
		"count/kustomizations.kustomize.toolkit.fluxcd.io": "1", "count/gitrepositories.source.toolkit.fluxcd.io": "1",
		"count/helmreleases.helm.toolkit.fluxcd.io": "1",
	}}
	if err := Apply(ctx, e.Plane.Client, []client.Object{tenant.HomeRole(), probe, quota}); err != nil {
		return err
	}
	return Eventually(ctx, Patience, func(ctx context.Context) error {
		if err := e.Plane.Client.Get(ctx, client.ObjectKeyFromObject(quota), quota); err != nil {
			return err
		}
		if hard, _, _ := unstructured.NestedMap(quota.Object, "status", "used"); len(hard) < 3 {
			return errors.New("quotas on Flux's kinds are not counted yet")
		}
		return nil
	})
}

// Close stops the control plane and the servers.
func (e *Env) Close() {
	e.Plane.Stop()
	if e.Git != nil {
		e.Git.Close()
	}
	if e.Charts != nil {
		e.Charts.Close()
	}
}

// Protect puts a protection into force.
func (e *Env) Protect(ctx context.Context, p Protection) error {
	return errors.Join(e.lockFlux(ctx, p), e.setPolicies(ctx, p.Policies))
}
