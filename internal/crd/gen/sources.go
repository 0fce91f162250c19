package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// A source is a module that carries CRDs.
type source struct {
	module string // the module whose files hold the CRDs
	pinned string // the module that go.mod pins, if it is another: the controllers publish their API apart
	dir    string // where in module the CRDs lie

	// standIn names the release to read instead of a pinned one that the module
	// proxy does not serve. It holds only for that pin, and only as long as the
	// API types of the two releases are the same, which is checked.
	standIn map[string]string
}

var sources = []source{
	flux("source-controller", nil),
	flux("kustomize-controller", nil),
	flux("helm-controller", map[string]string{"v1.6.5": "v1.6.4"}),
	flux("notification-controller", map[string]string{"v1.9.4": "v1.9.3"}),
	flux("image-reflector-controller", map[string]string{"v1.2.5": "v1.2.4"}),
	flux("image-automation-controller", map[string]string{"v1.2.5": "v1.2.4"}),
	{
		module: "github.com/projectcapsule/capsule",
		pinned: "github.com/projectcapsule/capsule",
		dir:    "charts/capsule/crds",
	},
}

// flux returns the source of a Flux controller: its CRDs are in the
// controller's module, its Go types in the api module beside it.
func flux(controller string, standIn map[string]string) source {
	module := "github.com/fluxcd/" + controller
	return source{module: module, pinned: module + "/api", dir: "config/crd/bases", standIn: standIn}
}

// internalKinds are written by Capsule's controllers alone, so nobody builds them.
var internalKinds = map[string]bool{"QuantityLedger": true, "RuleStatus": true}

// addTo adds the source's CRDs to files, by file name.
func (s source) addTo(files map[string][]byte) error {
	version, err := s.version()
	if err != nil {
		return err
	}
	dir, err := download(s.module, version)
	if err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(dir, s.dir, "*.yaml"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("%s: no CRD in %s", version, s.dir)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		crd, err := compact(data)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if internalKinds[crd.Spec.Names.Kind] {
			continue
		}
		name := crd.Spec.Group + "_" + crd.Spec.Names.Plural + ".json"
		if files[name], err = encode(crd); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return nil
}

// version returns the version of the module to read: the pinned one or its
// stand-in.
func (s source) version() (string, error) {
	pinned, err := pinnedVersion(s.pinned)
	if err != nil {
		return "", err
	}
	other, ok := s.standIn[pinned]
	if !ok {
		return pinned, nil
	}
	wanted, err := download(s.pinned, pinned)
	if err != nil {
		return "", err
	}
	got, err := download(s.pinned, other)
	if err != nil {
		return "", err
	}
	same, err := sameGo(wanted, got)
	if err == nil && !same {
		err = fmt.Errorf("%s cannot stand in for %s: their API types differ", other, pinned)
	}
	return other, err
}
