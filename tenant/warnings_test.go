package tenant_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func TestWarnings(t *testing.T) {
	for name, test := range map[string]struct {
		spec string
		want []string
	}{
		"nothing":               {`{}`, nil},
		"defaults of a profile": {`{quota: {hard: {limits.cpu: "4"}, perNamespace: {requests.memory: 1Gi}}}`, nil},
		"no defaults": {`{isolation: {profile: none}, quota: {hard: {limits.cpu: "4", pods: "5"}, perNamespace: {memory: 1Gi}}}`, []string{
			"quota.hard[limits.cpu]: pods that do not set limits of cpu are refused: give containers a default in isolation.limitRange",
			"quota.perNamespace[memory]: pods that do not set requests of memory are refused: give containers a default in isolation.limitRange",
		}},
		"some defaults": {`{isolation: {profile: none, limitRange: [{type: Container, min: {cpu: 1m}, max: {memory: 1Gi}}]}, quota: {hard: {requests.cpu: "1", limits.cpu: "4", limits.memory: 1Gi}}}`, []string{
			"quota.hard[limits.cpu]: pods that do not set limits of cpu are refused: give containers a default in isolation.limitRange",
		}},
		"objects": {`{git: {url: "https://github.com/org/x", branch: "", interval: 5s}}`, []string{
			"GitRepository dev-team/dev-team: spec.interval: 5s is short: write at least 30s, and a Receiver for what has to be quick",
			"GitRepository dev-team/dev-team: spec.ref: without one the branch master is fetched: name the branch",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := tenanttest.Smallest()
			spec.Git.Branch = "main"
			if err := yaml.UnmarshalStrict([]byte(test.spec), &spec); err != nil {
				t.Fatal(err)
			}
			bundle := tenanttest.Build(t, spec)
			if diff := cmp.Diff(test.want, bundle.Warnings()); diff != "" {
				t.Error(diff)
			}
			if err := bundle.Validate(); err != nil {
				t.Errorf("a warning is a fault: %v", err)
			}
		})
	}
	if got := (*tenant.Bundle)(nil).Warnings(); got != nil {
		t.Errorf("no bundle: %v", got)
	}
}
