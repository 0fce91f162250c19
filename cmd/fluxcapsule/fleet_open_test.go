package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// TestFleetOpen: a hole of the lockdown is listed once for all clusters that have it.
func TestFleetOpen(t *testing.T) {
	text, err := os.ReadFile("testdata/fleet/platform.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(text), "lockdown:\n")
	platform := filepath.Join(t.TempDir(), "platform.yaml")
	if err := os.WriteFile(platform, []byte(head+"lockdown: {fluxVersion: \"2.9\"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runFleet(t, "", "-o", t.TempDir(), "--platform", platform, "testdata/fleet/teams")
	if code != exit.OK || stdout != "" {
		t.Fatalf("exit code %d, standard output %q", code, stdout)
	}
	for _, want := range []string{
		"\nwhat the lockdown leaves open on staging, production:\n- artifactHost: ",
		"\n- workloadIdentity: A tenant's kubeconfig ",
	} {
		if strings.Count(stderr, want) != 1 {
			t.Errorf("standard error does not hold %q once:\n%s", want, stderr)
		}
	}
}
