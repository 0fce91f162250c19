package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	dir := t.TempDir()
	old := map[string][]byte{"changed": []byte("1"), "gone": []byte("1"), "same": []byte("1")}
	upstream := map[string][]byte{"changed": []byte("2"), "new": []byte("1"), "same": []byte("1")}

	sync := func(files map[string][]byte) []string {
		t.Helper()
		changes, err := diff(dir, files)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(dir, files, changes); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range changes {
			got = append(got, c.String())
		}
		return got
	}
	sync(old)
	want := []string{"gone: upstream has no such CRD", "changed: differs from upstream", "new: missing"}
	if d := cmp.Diff(want, sync(upstream)); d != "" {
		t.Errorf("changes differ (-want +got):\n%s", d)
	}
	if again := sync(upstream); len(again) > 0 {
		t.Errorf("changes after a write: %v", again)
	}
}
