package fleet

import (
	"strings"
	"testing"

	"github.com/fluxcd/pkg/apis/kustomize"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestClusterErrors covers invalid fields of a cluster.
func TestClusterErrors(t *testing.T) {
	tests := map[string]struct {
		change func(*Cluster)
		want   string
	}{
		"two sources": {func(c *Cluster) {
			c.Git, c.OCI = tenant.Git{URL: "https://example.com/x"}, tenant.OCI{URL: "oci://example.com/x"}
		}, "clusters[0].oci: Forbidden"},
		"an invalid source":    {func(c *Cluster) { c.Git.URL = "file:///x" }, "clusters[0].git.url: Invalid value"},
		"an old Capsule":       {func(c *Cluster) { c.Capsule.Version = "0.12.0" }, `clusters[0].capsule.version: Invalid value: "0.12.0"`},
		"a version with a v":   {func(c *Cluster) { c.Proxy.Version = "v0.14.0" }, `clusters[0].proxy.version: Invalid value: "v0.14.0"`},
		"values that are none": {func(c *Cluster) { c.Capsule.Values = map[string]any{"x": func() {}} }, "clusters[0].capsule.values: Invalid value"},
		"tokens in the log": {func(c *Cluster) {
			c.Proxy.Values = map[string]any{"options": map[string]any{"logLevel": 10}}
		}, "clusters[0].proxy.values.options.logLevel: Invalid value"},
		"a patch of everything": {func(c *Cluster) { c.Patches = []kustomize.Patch{{Patch: "x: 1"}} }, "clusters[0].patches[0].target: Required value"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := platform(t)
			test.change(&p.Clusters[0])
			if _, err := BuildPlatform(p); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
