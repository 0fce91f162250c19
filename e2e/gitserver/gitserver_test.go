package gitserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
)

func TestPush(t *testing.T) {
	server, err := gitserver.Start(t.TempDir(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()

	for _, files := range []map[string]string{
		{"a.yaml": "a: 1\n", "dir/b.yaml": "b: 1\n"},
		{"a.yaml": "a: 2\n", "c.yaml": ""}, // the second push replaces the first
	} {
		if err := server.Push(t.Context(), "team", files); err != nil {
			t.Fatal(err)
		}
		got, err := gitserver.Clone(t.Context(), server.URL("team"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(files, got); diff != "" {
			t.Errorf("clone of what was pushed (-want +got):\n%s", diff)
		}
	}
}
