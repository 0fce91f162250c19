package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/fluxcd/flux2/v2/pkg/manifestgen/sync"
	kureio "github.com/go-kure/kure/pkg/io"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// A contender turns tenants into YAML.
type contender struct {
	name string

	// write writes n tenants.
	write func(w io.Writer, n int) error

	// encode writes single objects, for contenders that take any.
	encode func(w io.Writer, objs ...client.Object) error

	// cores is how many it may use, or zero for all.
	cores int

	// json tells that it writes JSON: it is there for scale only.
	json bool

	// built says that it gets objects, so that the time of building them is subtracted.
	built bool
}

const buildAlone = "build alone"

// contenders are in the order of the tables. The first is what the others are
// compared with.
func contenders() []contender {
	return []contender{
		{name: "fluxcapsule", cores: 1, built: true, write: perTenant(encode), encode: encode},
		{name: "fluxcapsule, fleet", cores: 1, built: true, write: writeFleet},
		{name: "fluxcapsule, fleet, all cores", write: writeFleet},
		{name: buildAlone, cores: 1, write: perTenant(func(io.Writer, ...client.Object) error { return nil })},
		{name: "encoding/json", cores: 1, json: true, built: true, write: perTenant(encodeJSON)},
		{name: "sigs.k8s.io/yaml", cores: 1, built: true, write: perTenant(encodeSigs), encode: encodeSigs},
		{name: "kure", cores: 1, built: true, write: perTenant(encodeKure), encode: encodeKure},
		{name: "kure, ordered", cores: 1, built: true, write: perTenant(encodeKureOrdered), encode: encodeKureOrdered},
		{name: "flux manifestgen", cores: 1, write: writeManifestgen},
		{name: "kustomize build", cores: 1, write: writeOverlays},
	}
}

func writeFleet(w io.Writer, n int) error {
	return fleet.Fleet{Tenants: specs(n)}.Write(context.Background(), w)
}

// perTenant builds one tenant after the other and has its objects encoded.
func perTenant(encode func(io.Writer, ...client.Object) error) func(io.Writer, int) error {
	return func(w io.Writer, n int) error {
		for i := range n {
			objs, err := objects(i)
			if err != nil {
				return err
			}
			if err := encode(w, objs...); err != nil {
				return err
			}
		}
		return nil
	}
}

var encoder = struct {
	*manifest.Encoder
	w io.Writer
}{}

// encode uses one encoder for all tenants, as it is meant to be used.
func encode(w io.Writer, objs ...client.Object) error {
	if encoder.w != w {
		encoder.Encoder, encoder.w = manifest.NewEncoder(w), w
	}
	for _, obj := range objs {
		if err := encoder.Encode(obj); err != nil {
			return err
		}
	}
	return nil
}

func encodeJSON(w io.Writer, objs ...client.Object) error {
	for _, obj := range objs {
		text, err := json.Marshal(obj)
		if err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
}

func encodeSigs(w io.Writer, objs ...client.Object) error {
	for _, obj := range objs {
		text, err := yaml.Marshal(obj)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", text); err != nil {
			return err
		}
	}
	return nil
}

func encodeKure(w io.Writer, objs ...client.Object) error {
	return kure(w, objs, kureio.EncodeOptions{})
}

// encodeKureOrdered is kure with the option that puts metadata before spec.
func encodeKureOrdered(w io.Writer, objs ...client.Object) error {
	return kure(w, objs, kureio.EncodeOptions{KubernetesFieldOrder: true})
}

func kure(w io.Writer, objs []client.Object, opts kureio.EncodeOptions) error {
	var pointers []*client.Object
	for i := range objs {
		pointers = append(pointers, &objs[i])
	}
	text, err := kureio.EncodeObjectsToYAMLWithOptions(pointers, opts)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "---\n%s", text)
	return err
}

// writeManifestgen writes the part of a tenant that flux's own generator makes: its
// source and its Kustomization.
func writeManifestgen(w io.Writer, n int) error {
	for i := range n {
		s := spec(i)
		m, err := sync.Generate(sync.Options{
			Name: s.Name, Namespace: s.Name, URL: s.Git.URL, Branch: s.Git.Branch,
			Interval: time.Minute, TargetPath: s.Path, ManifestFile: "sync.yaml",
		})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, m.Content); err != nil {
			return err
		}
	}
	return nil
}

// text is what a contender writes for n tenants.
func (c contender) text(n int) ([]byte, error) {
	var b bytes.Buffer
	err := c.write(&b, n)
	return b.Bytes(), err
}
