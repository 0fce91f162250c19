package main

import (
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// An input is a file of teams, or standard input.
type input struct {
	name string
	size int64 // zero where it is not known
	open func() (io.ReadCloser, error)
}

// find lists the files that the arguments stand for, those of a folder in order.
func find(args []string, stdin io.Reader) ([]input, error) {
	var inputs []input
	for _, arg := range args {
		if arg == "-" {
			inputs = append(inputs, input{name: "standard input", open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		err := filepath.WalkDir(arg, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			if name != arg && !slices.Contains([]string{".yaml", ".yml", ".csv"}, filepath.Ext(name)) {
				return nil
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			inputs = append(inputs, input{name, info.Size(), func() (io.ReadCloser, error) { return os.Open(name) }})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// specs reads one input after the other. Teams that name no access get the one
// given.
func specs(inputs []input, p *progress, access kubeconfig.Access) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for _, in := range inputs {
			for spec, err := range in.specs(p) {
				if err == nil && spec.Access.IsZero() {
					spec.Access = access
				}
				if !yield(spec, err) {
					return
				}
			}
		}
	}
}

func (in input) specs(p *progress) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		f, err := in.open()
		if err != nil {
			yield(tenant.Spec{}, err)
			return
		}
		defer f.Close()
		read := tenant.ReadSpecs(p.reader(f), manifest.File(in.name))
		if filepath.Ext(in.name) == ".csv" {
			read = readCSV(p.reader(f), in.name)
		}
		read(yield)
	}
}
