package teams

import (
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// An Input is a file of teams, or standard input.
type Input struct {
	name string
	size int64 // zero where it is not known
	open func() (io.ReadCloser, error)
}

// Find returns the files that the arguments stand for, those of a folder in
// order; "-" is standard input.
func Find(args []string, stdin io.Reader) ([]Input, error) {
	var inputs []Input
	for _, arg := range args {
		if arg == "-" {
			inputs = append(inputs, Input{name: "standard input", open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
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
			inputs = append(inputs, Input{name, info.Size(), func() (io.ReadCloser, error) { return os.Open(name) }})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// Specs reads one input after the other and counts the specs in p. Teams that name no
// access get the one given.
func Specs(inputs []Input, p *Progress, access kubeconfig.Access) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for _, in := range inputs {
			for spec, err := range in.specs(p) {
				p.tenants.Add(1)
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

func (in Input) specs(p *Progress) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		f, err := in.open()
		if err != nil {
			yield(tenant.Spec{}, err)
			return
		}
		defer f.Close()
		read := fleet.ReadSpecs(p.reader(f), manifest.File(in.name))
		if filepath.Ext(in.name) == ".csv" {
			read = readCSV(p.reader(f), in.name)
		}
		read(yield)
	}
}
