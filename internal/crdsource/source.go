// Package crdsource takes the CRDs of a release from upstream's Go modules, for
// the programs that write the schemas and compare versions. It runs the go command
// and needs the module cache or the module proxy.
package crdsource

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// generator makes a CRD from Go types as the controllers' own Makefiles do: byte for
// byte as published by each controller of Flux 2.7 to 2.10 whose module is available,
// except for an annotation with the generator's version.
const generator = "sigs.k8s.io/controller-tools/cmd/controller-gen@v0.21.0"

// A CRD is a CRD of a release.
type CRD struct {
	// Name is the group, version and kind, joined by "_".
	Name string

	// Stored is set for the version of upstream's Go types. The others are older.
	Stored bool

	// Content is the CRD in JSON, without descriptions and status.
	Content []byte
}

// internalKinds are written by Capsule's controllers alone, so nobody builds them.
var internalKinds = map[string]bool{"QuantityLedger": true, "RuleStatus": true}

// Of returns the CRDs of a release in the order of their names.
func Of(release versions.Release) ([]CRD, error) {
	dir, err := os.MkdirTemp("", "crds")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	pattern, err := yamlFiles(release, dir)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(pattern)
	if err == nil && len(paths) == 0 {
		err = errors.New("no CRD in " + pattern)
	}
	var crds []CRD
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		more, err := crdsOf(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		crds = append(crds, more...)
	}
	slices.SortFunc(crds, func(a, b CRD) int { return strings.Compare(a.Name, b.Name) })
	return crds, err
}

// crdsOf returns the versions of one of upstream's CRDs, none of an internal kind.
func crdsOf(data []byte) ([]CRD, error) {
	served, stored, err := compact(data)
	if err != nil || internalKinds[served[0].Spec.Names.Kind] {
		return nil, err
	}
	var crds []CRD
	for _, d := range served {
		content, err := encode(d)
		if err != nil {
			return nil, err
		}
		version := d.Spec.Versions[0].Name
		name := strings.Join([]string{d.Spec.Group, version, d.Spec.Names.Kind}, "_")
		crds = append(crds, CRD{Name: name, Stored: version == stored, Content: content})
	}
	return crds, nil
}

// yamlFiles returns the pattern of the files with the CRDs of a release: the files in
// Capsule's module, or files generated into an empty directory from Flux's types,
// since the modules of most of its controllers are not available.
func yamlFiles(release versions.Release, dir string) (string, error) {
	if release.Component == versions.Capsule {
		capsule, err := Download(release.Go, release.Modules[0])
		return filepath.Join(capsule, "charts", "capsule", "crds", "*.yaml"), err
	}
	return filepath.Join(dir, "crds", "*.yaml"), generate(release, dir)
}

// generate makes the CRDs of a release in the directory crds of an empty directory.
func generate(release versions.Release, dir string) error {
	gomod := "module crds\n\ngo 1.26\n"
	args := []string{"run", generator, "crd:crdVersions=v1", "output:crd:dir=crds"}
	for _, module := range release.Modules {
		path, version, _ := strings.Cut(module, "@")
		gomod += "\nrequire " + path + " " + version
		args = append(args, "paths="+path+"/...")
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(gomod+"\n"), 0o644); err != nil {
		return err
	}
	if _, err := run(dir, release.Go, args...); err != nil {
		return err
	}
	// A module may ask for a newer version of another one of the release.
	for _, module := range release.Modules {
		path, want, _ := strings.Cut(module, "@")
		got, err := run(dir, release.Go, "list", "-m", "-f", "{{.Version}}", path)
		if err != nil {
			return err
		}
		if strings.TrimSpace(string(got)) != want {
			return fmt.Errorf("%s: another module needs %s", module, got)
		}
	}
	return nil
}

// Download returns the directory of module@version in the module cache, which it
// fills if need be, with a toolchain such as "go1.27.3" or go.mod's. It does not
// change go.mod and go.sum.
func Download(toolchain, module string) (string, error) {
	out, err := run("", toolchain, "mod", "download", "-json", module)
	var info struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &info); jsonErr == nil && info.Error != "" {
		return "", errors.New(info.Error)
	}
	return info.Dir, err
}

// Go runs the go command in a directory, by default the current one, and returns
// its output. The output is returned with the error too, since go mod download
// -json reports there what failed.
func Go(dir string, args ...string) ([]byte, error) { return run(dir, "", args...) }

func run(dir, toolchain string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	if toolchain != "" {
		cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain)
	}
	if dir != "" {
		cmd.Env = append(cmd.Environ(), "GOFLAGS=-mod=mod")
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}
