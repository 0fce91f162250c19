package harness

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// record writes what became of the cases into the table of versions, where the run is
// to record it.
func (e *Env) record(t *testing.T, set controlplane.Set) {
	if recording() {
		if err := e.recordIn(filepath.Join("..", "..", "internal", "versions", versions.RunsFile), set, t.Failed()); err != nil {
			t.Error(err)
		}
	}
}

func (e *Env) recordIn(file string, set controlplane.Set, failed bool) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	all, err := versions.DecodeRuns(data)
	if err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	run := versions.Run{Set: set.Name, Flux: set.Flux, Capsule: set.Capsule, Components: set.Components()}
	if e.Plane.Proxy != nil {
		run.Components = append(run.Components, "capsule-proxy")
	}
	cases := packageRun(filepath.Base(dir), e.Results())
	if failed && len(cases.Failed) == 0 {
		cases.Failed = []versions.Case{{Name: cases.Name, Reason: "outside of its cases"}}
	}
	run.Packages = []versions.PackageRun{cases}
	if data, err = versions.EncodeRuns(versions.Merge(all, run)); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// packageRun is a package's results for the table of versions.
func packageRun(name string, results []Result) versions.PackageRun {
	run := versions.PackageRun{Name: name}
	for _, r := range results {
		switch r.Outcome {
		case Failed:
			run.Failed = append(run.Failed, versions.Case{Name: r.Name})
		case NotRun:
			run.NotRun = append(run.NotRun, versions.Case{Name: r.Name, Reason: r.Detail})
		default:
			run.Passed++
		}
	}
	return run
}
