package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pinnedVersion returns the version of a module that go.mod pins.
func pinnedVersion(module string) (string, error) {
	out, err := goTool("list", "-m", "-f", "{{.Version}}", module)
	return strings.TrimSpace(string(out)), err
}

// schemasDir returns the directory of the generated files, wherever in the
// module the program was started.
func schemasDir() (string, error) {
	out, err := goTool("list", "-m", "-f", "{{.Dir}}")
	return filepath.Join(strings.TrimSpace(string(out)), "internal", "crd", "schemas"), err
}

// download returns the directory of a module in the module cache, which it
// fills if need be. go.mod and go.sum stay as they are.
func download(module, version string) (string, error) {
	out, err := goTool("mod", "download", "-json", module+"@"+version)
	var info struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &info); jsonErr == nil && info.Error != "" {
		return "", errors.New(info.Error)
	}
	return info.Dir, err
}

// sameGo reports whether two directories hold the same Go files.
func sameGo(a, b string) (bool, error) {
	filesA, err := goFiles(a)
	if err != nil {
		return false, err
	}
	filesB, err := goFiles(b)
	return maps.EqualFunc(filesA, filesB, bytes.Equal), err
}

// goFiles returns the Go files below a directory by their path in it.
func goFiles(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[name], err = os.ReadFile(path)
		return err
	})
	return files, err
}

// goTool runs the go command and returns its output. The output is returned
// with the error too, since go mod download -json tells there what failed.
func goTool(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out, nil
}
