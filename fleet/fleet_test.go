package fleet_test

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// teams yields n specs, and counts how many of them were asked for.
func teams(n int, asked *int) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for i := range n {
			if asked != nil {
				*asked++
			}
			if !yield(team(i), nil) {
				return
			}
		}
	}
}

func team(i int) tenant.Spec {
	spec := tenanttest.Smallest()
	spec.Name = fmt.Sprintf("team-%d", i)
	spec.Git.URL = "https://github.com/org/" + spec.Name + ".git"
	return spec
}

func TestFleetBundlesInOrder(t *testing.T) {
	const n = 500
	all := fleet.Fleet{Tenants: teams(n, nil)}
	i := 0
	for bundle, err := range all.Bundles(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		want, err := tenant.Build(team(i))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, bundle, cmpopts.IgnoreUnexported(tenant.Bundle{})); diff != "" {
			t.Fatalf("bundle %d of the fleet differs from the one built alone (-alone +fleet):\n%s", i, diff)
		}
		i++
	}
	if i != n {
		t.Errorf("%d bundles of %d tenants", i, n)
	}
}

func TestFleetWriteIsEveryTenantOneByOne(t *testing.T) {
	const n = 100
	var want, got bytes.Buffer
	for i := range n {
		bundle, err := tenant.Build(team(i))
		if err != nil {
			t.Fatal(err)
		}
		if err := manifest.WriteAll(&want, bundle.Objects()); err != nil {
			t.Fatal(err)
		}
	}
	if err := (fleet.Fleet{Tenants: teams(n, nil)}).Write(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("the stream differs (-one by one +fleet):\n%s", diff)
	}
}

// TestFleetWriteStopsAtTheFirstFault: tenants after a faulty one are checked, not
// written.
func TestFleetWriteStopsAtTheFirstFault(t *testing.T) {
	specs := []tenant.Spec{team(0), team(1), team(1), team(2), team(2)}
	var want, got bytes.Buffer
	if err := (fleet.Fleet{Tenants: teams(2, nil)}).Write(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	err := fleet.Fleet{Tenants: listed(specs)}.Write(t.Context(), &got)
	if err == nil || strings.Count(err.Error(), "name: Duplicate value") != 2 {
		t.Errorf("want two faults, got %v", err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("the stream differs (-up to the fault +got):\n%s", diff)
	}
}

func listed(specs []tenant.Spec) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for _, spec := range specs {
			if !yield(spec, nil) {
				return
			}
		}
	}
}
