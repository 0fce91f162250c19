package versions_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

func TestReadsKubeconfigFiles(t *testing.T) {
	for version, want := range map[string]bool{
		"": false, "2.7": true, "v2.8.9": true, "v2.9.4": true, "2.9.5": false, "2.9": false, "2.10": false, "v2.10.0": false, "latest": false,
	} {
		if got := versions.ReadsKubeconfigFiles(version); got != want {
			t.Errorf("%q: %t, want %t", version, got, want)
		}
	}
}
