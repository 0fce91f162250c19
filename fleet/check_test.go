package fleet_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func TestCheck(t *testing.T) {
	open := func(spec tenant.Spec) tenant.Spec {
		spec.Isolation.Hostnames = []string{"*.apps.example.com"}
		return spec
	}
	tests := map[string]struct {
		change func(*tenant.Spec)
		want   []string // none for no error
	}{
		"nothing in common":  {func(*tenant.Spec) {}, nil},
		"name":               {func(s *tenant.Spec) { s.Name = "team-1" }, []string{`name: Duplicate value: "team-1"`, `home: Duplicate value`}},
		"home":               {func(s *tenant.Spec) { s.Home = "team-2" }, []string{`home: Duplicate value: "team-2": the home namespace of tenant "team-2"`}},
		"host name":          {func(s *tenant.Spec) { s.Isolation.Hostnames = []string{"a.apps.example.com"} }, []string{`overlaps with *.apps.example.com of tenant "team-1"`}},
		"under a prefix":     {func(s *tenant.Spec) { s.Name = "team-2-more" }, []string{`the prefix "team-2-" covers the namespaces of tenant "team-2-more"`}},
		"over others":        {func(s *tenant.Spec) { s.Name = "team" }, []string{`covers the namespaces of tenant "team-1"`, `covers the namespaces of tenant "team-2"`}},
		"itself":             {func(s *tenant.Spec) { s.Git.URL = "" }, []string{"git"}},
		"itself and another": {func(s *tenant.Spec) { s.Git.URL, s.Home = "", "team-2" }, []string{"git", "home: Duplicate"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			spec := team(7)
			spec.Name = "newcomer"
			test.change(&spec)
			f := fleet.Fleet{Tenants: listed([]tenant.Spec{open(team(1)), team(2)})}
			err := f.Check(t.Context(), spec)
			if (err == nil) != (test.want == nil) {
				t.Fatalf("error %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q: %v", want, err)
				}
			}
		})
	}
}

// TestOldCapsule: a tenant with a profile is rejected where some cluster has a Capsule
// that would not isolate it.
func TestOldCapsule(t *testing.T) {
	const want = `isolation.profile: Invalid value: "baseline": needs Capsule 0.14.0 or later: the platform's 0.13.9 drops its rules, and isolates nothing`
	for name, test := range map[string]struct {
		platform fleet.Platform
		profile  tenant.Profile
		rejected bool
	}{
		"default":              {fleet.Platform{}, "", false},
		"platform":             {fleet.Platform{Capsule: fleet.Capsule{Version: "0.13.9"}}, "", true},
		"one cluster":          {fleet.Platform{Clusters: []fleet.Cluster{{}, {Capsule: fleet.Release{Version: "0.13.9"}}}}, "", true},
		"without a profile":    {fleet.Platform{Capsule: fleet.Capsule{Version: "0.13.9"}}, tenant.NoProfile, false},
		"a version of its own": {fleet.Platform{Capsule: fleet.Capsule{Version: "0.14.1"}}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			spec := team(7)
			spec.Isolation.Profile = test.profile
			err := fleet.Fleet{Platform: &test.platform, Tenants: teams(2, nil)}.Check(t.Context(), spec)
			if got := err != nil && strings.Contains(err.Error(), want); got != test.rejected {
				t.Errorf("rejected %v, want %v: %v", got, test.rejected, err)
			}
		})
	}
}

func TestCheckPassesErrorsOn(t *testing.T) {
	lost := errors.New("the database is away")
	var away iter.Seq2[tenant.Spec, error] = func(yield func(tenant.Spec, error) bool) { yield(tenant.Spec{}, lost) }
	if err := (fleet.Fleet{Tenants: away}).Check(t.Context(), team(1)); !errors.Is(err, lost) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (fleet.Fleet{Tenants: teams(2, nil)}).Check(ctx, team(7)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
