package advisories

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
)

// TestData: every advisory is complete, and about a component that exists.
func TestData(t *testing.T) {
	components := append(fluxcmd.Controllers(), Flux, FluxOperator, Capsule, CapsuleProxy)
	id := regexp.MustCompile(`^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|[a-z-]+#\d+)$`)
	seen := map[string]bool{}
	for _, a := range All() {
		if !id.MatchString(a.ID) || seen[a.ID] {
			t.Errorf("%q is not an ID, or duplicated", a.ID)
		}
		seen[a.ID] = true
		if a.Title == "" || !strings.HasSuffix(a.Lets, ".") || !strings.HasPrefix(a.Source, "https://") || len(a.Affected) == 0 {
			t.Errorf("%s lacks a title, a sentence, a source or a component: %+v", a.ID, a)
		}
		for _, r := range a.Affected {
			fixed, err := version.ParseGeneric(r.Fixed)
			if err != nil || !slices.Contains(components, r.Component) {
				t.Errorf("%s: range %+v: %v", a.ID, r, err)
				continue
			}
			if first, err := version.ParseGeneric(r.First); r.First != "" && (err != nil || !first.LessThan(fixed)) {
				t.Errorf("%s: range %+v: %v", a.ID, r, err)
			}
		}
	}
	for component, oldest := range read().Supported {
		if _, err := version.ParseGeneric(oldest); err != nil || !slices.Contains(components, component) {
			t.Errorf("supported: %s %s: %v", component, oldest, err)
		}
	}
}

func TestOf(t *testing.T) {
	for _, test := range []struct {
		component, version string
		want               []string
	}{
		{"capsule", "0.12.4", []string{"GHSA-gjw4-3v3v-rqxg", "CVE-2026-65834", "CVE-2026-30963", "CVE-2026-22872"}},
		{"capsule", "0.13.0", []string{"GHSA-gjw4-3v3v-rqxg", "CVE-2026-65835", "CVE-2026-65834", "CVE-2026-55636"}},
		{"capsule", "0.13.7", []string{"CVE-2026-65835", "CVE-2026-65834"}},
		{"capsule", "0.13.8", nil},
		{"source-controller", "1.8.4", []string{"CVE-2026-47680"}},
		{"source-controller", "1.8.5", nil},
		{"flux-operator", "0.35.0", nil},
		{"flux-operator", "0.39.1", []string{"CVE-2026-23990"}},
		{"flux", "2.9.3", []string{"helm-controller#1572", "GHSA-mwcp-qpcg-fr7c"}},
		{"flux", "2.9.4", []string{"helm-controller#1572"}},
		{"flux", "2.9.5", nil},
		{"capsule-proxy", "0.4.5", []string{"CVE-2023-48312"}},
		{"postgres", "0.1.0", nil},
	} {
		var got []string
		for _, a := range Of(test.component, version.MustParseGeneric(test.version)) {
			got = append(got, a.ID)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.component, test.version, diff)
		}
	}
}

// TestOldest: the oldest version has no advisory, and the release before it has
// one.
func TestOldest(t *testing.T) {
	for component, want := range map[string][2]string{
		"capsule": {"0.13.8", "0.13.8"}, "capsule-proxy": {"0.4.6", "0.2.1"}, "flux-operator": {"0.40.0", "0.40.0"},
		"source-controller": {"1.8.5", ""}, "flux": {"2.9.5", "2.9.5"}, "postgres": {"", ""},
	} {
		if got := [2]string{Oldest(component), OldestTight(component)}; got != want {
			t.Errorf("the oldest versions of %s are %q, want %q", component, got, want)
		}
	}
	for _, component := range Components() {
		if found := Of(component, version.MustParseGeneric(Oldest(component))); len(found) > 0 {
			t.Errorf("%s %s has %s", component, Oldest(component), found[0].ID)
		}
	}
}

// TestREADME: the table of the README is that of the data.
func TestREADME(t *testing.T) {
	golden.Section(t, "../../README.md", "advisories", Table())
}
