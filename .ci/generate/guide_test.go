package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// fence matches a block of code: the words after the backquotes, and its text.
var fence = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// TestOperatorGuide follows docs/guides/operator.md: it writes the files that the guide
// shows, in a separate module, and runs its commands with controller-gen as it is pinned
// here. A workspace takes the place of the commands that need the network.
func TestOperatorGuide(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs/guides/operator.md"))
	if err != nil {
		t.Fatal(err)
	}
	bin, workspace := t.TempDir(), t.TempDir()
	module := filepath.Join(workspace, "operator")
	writeFile(t, filepath.Join(workspace, "go.work"), "go "+strings.TrimPrefix(runtime.Version(), "go")+"\n\nuse (\n\t./operator\n\t"+root+"\n)\n")
	writeFile(t, filepath.Join(module, ".keep"), "")
	run := func(dir, work, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK="+work, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	run(".", "off", "go", "build", "-o", bin, "sigs.k8s.io/controller-tools/cmd/controller-gen")
	for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
		if _, file, ok := strings.Cut(block[1], " file="); ok {
			writeFile(t, filepath.Join(module, file), block[2])
		} else if block[1] == "sh" {
			run(module, filepath.Join(workspace, "go.work"), "sh", "-eux", "-c", block[2])
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
