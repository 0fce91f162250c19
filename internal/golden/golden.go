// Package golden compares a test's output with a file, which the test's flag -update
// rewrites.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Compare fails the test if got differs from the file. With -update it writes the
// file.
func Compare(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is out of date (-want +got), run with -update if the change is meant:\n%s", file, diff)
	}
}

// Section compares a test's output with the section of a document between the lines
// "<!-- name: ... -->" and "<!-- end of name -->", each with an empty line on the
// inside. With -update it writes the section.
func Section(t testing.TB, file, name, got string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(data), "<!-- "+name+": ")
	command, rest, ok2 := strings.Cut(rest, " -->\n\n")
	want, after, ok3 := strings.Cut(rest, "\n<!-- end of "+name+" -->")
	if !ok1 || !ok2 || !ok3 {
		t.Fatalf("%s has no section %q", file, name)
	}
	if *update {
		text := before + "<!-- " + name + ": " + command + " -->\n\n" + got + "\n<!-- end of " + name + " -->" + after
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("section %q of %s is out of date (-want +got), run with -update if the change is meant:\n%s", name, file, diff)
	}
}

// Updating reports whether the golden files are rewritten.
func Updating() bool { return *update }
