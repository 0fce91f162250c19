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
	name   string // of the file
	folder string // that the specs may name files of; empty for standard input
	walked bool   // found in the folder, not an argument
	size   int64  // zero where it is not known
	open   func() (io.ReadCloser, error)
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
			in := Input{name: name, folder: arg, walked: true, open: func() (io.ReadCloser, error) { return os.Open(name) }}
			if name == arg {
				in.folder, in.walked = filepath.Dir(arg), false
			} else if !slices.Contains([]string{".yaml", ".yml", ".csv"}, filepath.Ext(name)) {
				return nil
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			in.size = info.Size()
			inputs = append(inputs, in)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// Specs reads one input after the other and counts the specs. Teams that name no
// access get the one given. Files of objects in a folder are those of the specs that
// name them; a file that no spec names is an error.
func Specs(inputs []Input, count *Count, access kubeconfig.Access) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		named := files{}
		for _, in := range inputs {
			for spec, err := range in.specs(count, &named) {
				count.tenants.Add(1)
				if err == nil && spec.Access.IsZero() {
					spec.Access = access
				}
				named.add(spec, err)
				if !yield(spec, err) {
					return
				}
			}
		}
		for err := range named.unnamed() {
			if !yield(tenant.Spec{}, err) {
				return
			}
		}
	}
}

// specs reads the specs of the input, or adds it to the files of objects.
func (in Input) specs(count *Count, named *files) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		f, err := in.open()
		if err != nil {
			yield(tenant.Spec{}, err)
			return
		}
		defer f.Close()
		r := count.reader(f)
		switch {
		case filepath.Ext(in.name) == ".csv":
			readCSV(r, in.name)(yield)
			return
		case in.folder == "":
			fleet.ReadSpecs(r, manifest.File(in.name))(yield)
			return
		case in.walked:
			buffered, object := peek(r)
			if object {
				named.objects = append(named.objects, in.name)
				return
			}
			r = buffered
		}
		root, err := os.OpenRoot(in.folder)
		if err != nil {
			yield(tenant.Spec{}, err)
			return
		}
		defer root.Close()
		name, err := filepath.Rel(in.folder, in.name)
		if err != nil {
			yield(tenant.Spec{}, err)
			return
		}
		folder := fleet.Folder{FS: root.FS(), Path: filepath.ToSlash(in.folder)}
		folder.ReadSpecs(r, filepath.ToSlash(name), manifest.File(in.name))(yield)
	}
}
