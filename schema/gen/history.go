package main

import (
	"bytes"
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/internal/crdsource"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// A history holds the CRDs of each kind, the oldest first. A CRD that is equal to
// the one before is left out.
type history map[kind][]edition

type kind struct{ component, name string }

// An edition is a CRD as it is from one version of its component on.
type edition struct {
	since   string
	content []byte
}

// add appends the CRDs of a release that is newer than those before. A version of a
// kind that is served but not stored counts if it was stored once: what Flux and
// Capsule only read, such as Tenant v1beta1, nobody builds. A version that is gone is
// an error: no file says so yet, and a person has to look at it.
func (h history) add(release versions.Release, crds []crdsource.CRD) error {
	present := map[kind]bool{}
	for _, crd := range crds {
		k := kind{release.Component, crd.Name}
		editions := h[k]
		if !crd.Stored && editions == nil {
			continue
		}
		present[k] = true
		if n := len(editions); n > 0 && bytes.Equal(editions[n-1].content, crd.Content) {
			continue
		}
		h[k] = append(editions, edition{release.Version, crd.Content})
	}
	for k := range h {
		if k.component == release.Component && !present[k] {
			return fmt.Errorf("has no %s any more", k.name)
		}
	}
	return nil
}

// byName returns the content of the files by their names.
func (h history) byName() map[string][]byte {
	files := map[string][]byte{}
	for k, editions := range h {
		for _, e := range editions {
			files[k.name+"_"+e.since+".json"] = e.content
		}
	}
	return files
}
