package controlplane

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// WatcherVar names the environment variable that holds the path of a checkout of
// fluxcd/source-watcher with the binary source-watcher built in it, by
// go build -o source-watcher ./cmd. It cannot be had as a Go module.
const WatcherVar = "FLUXCAPSULE_SOURCE_WATCHER"

// watcher is the name of the controller, its module's and its binary's.
const watcher = "source-watcher"

// ErrNoWatcher is the error without a source-watcher.
var ErrNoWatcher = errors.New("no source-watcher in $" + WatcherVar)

// WithWatcher returns the set with source-watcher running, which makes artifacts from
// an ArtifactGenerator.
func (s Set) WithWatcher() (Set, error) {
	dir := os.Getenv(WatcherVar)
	if dir == "" {
		return s, ErrNoWatcher
	}
	info, err := buildinfo.ReadFile(filepath.Join(dir, watcher))
	if err != nil {
		return s, fmt.Errorf("$%s: %w", WatcherVar, err)
	}
	s.further = append(slices.Clone(s.further), component{
		Name: watcher, Module: info.Main.Path, Version: strings.Trim(info.Main.Version, "()"), checkout: dir,
		Binaries: map[string]string{watcher: info.Path},
	})
	return s, nil
}

// Watches reports whether source-watcher runs.
func (s Set) Watches() bool { return s.runs(watcher) }

// runs reports whether a controller is among those of the set that need not run.
func (s Set) runs(name string) bool {
	return slices.ContainsFunc(s.further, func(c component) bool { return c.Name == name })
}
