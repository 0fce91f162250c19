package fleet

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Team is the spec of a tenant as people write it into a file, where it can name
// other files.
//
// +kubebuilder:object:generate=true
type Team struct {
	tenant.Spec `json:",inline"`

	// Objects names files with further objects of the tenant, such as "extra/*.yaml":
	// paths relative to the file of the spec, and patterns in the syntax of path.Match,
	// within the folder that is read. The platform applies the objects with the tenant's
	// own. They must be in the home namespace, or in none.
	//
	// +kubebuilder:validation:items:MinLength=1
	Objects []string `json:"objects,omitempty"`
}

// A Folder holds files of specs, and the files that [Team.Objects] names.
type Folder struct {
	// FS is the content of the folder; nothing else is read. With the FS of an
	// [os.Root], symbolic links cannot lead out of it.
	FS fs.FS

	// Path is the path of the folder in positions and errors. The default is none.
	Path string
}

// ReadSpecs reads specs from r, which is the content of the named file of the folder,
// as the function [ReadSpecs] does. It also reads the objects in the files that the
// specs name; see [tenant.Spec.Objects].
func (f Folder) ReadSpecs(r io.Reader, name string, opts ...manifest.DecoderOption) iter.Seq2[tenant.Spec, error] {
	opts = append([]manifest.DecoderOption{manifest.File(path.Join(f.Path, name))}, opts...)
	return readSpecs(r, opts, func(patterns []string) ([]tenant.Object, error) { return f.objects(path.Dir(name), patterns) })
}

// readSpecs reads specs, and their objects by a function.
func readSpecs(r io.Reader, opts []manifest.DecoderOption, objects func(patterns []string) ([]tenant.Object, error)) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		decoder := manifest.NewDecoder(r, nil, opts...)
		for {
			var team Team
			err := decoder.DecodeInto(&team)
			if err == io.EOF {
				return
			}
			at := decoder.Position()
			if err == nil && len(team.Objects) > 0 {
				if team.Spec.Objects, err = objects(team.Objects); err != nil {
					err = &manifest.Error{Position: at, Object: "tenant " + team.Name, Err: err}
				}
			}
			if err != nil {
				team.Spec = tenant.Spec{}
			}
			team.Spec.Position = at
			if !yield(team.Spec, err) {
				return
			}
		}
	}
}

// objectsAt is the path of the field in errors.
var objectsAt = field.NewPath("objects")

// noFolder rejects names of files.
func noFolder([]string) ([]tenant.Object, error) {
	return nil, field.Forbidden(objectsAt, "names files, and the specs were not read from a folder")
}

// objects reads the objects of all files that the patterns match. The error lists the
// faults of all.
func (f Folder) objects(dir string, patterns []string) ([]tenant.Object, error) {
	var objects []tenant.Object
	var errs []error
	for i, pattern := range patterns {
		at := objectsAt.Index(i)
		names, err := f.match(at, dir, pattern)
		errs = append(errs, err)
		for _, name := range names {
			more, err := f.read(name)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", at, err))
			}
			objects = append(objects, more...)
		}
	}
	return objects, errors.Join(errs...)
}

// literal escapes the name of a folder for a pattern.
var literal = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

// match returns the files that a pattern matches, relative to a folder of the FS.
func (f Folder) match(at *field.Path, dir, pattern string) ([]string, error) {
	invalid := func(detail string) error { return field.Invalid(at, pattern, detail) }
	relative := path.Join(literal.Replace(dir), pattern)
	if path.IsAbs(pattern) || !fs.ValidPath(relative) {
		return nil, invalid("must be a path relative to the file of the spec, within the folder that is read")
	}
	names, err := fs.Glob(f.FS, relative)
	switch {
	case err != nil:
		return nil, invalid(err.Error())
	case len(names) == 0:
		return nil, invalid("no file has this name")
	}
	for _, name := range names {
		if info, err := fs.Stat(f.FS, name); err != nil {
			return nil, invalid(err.Error())
		} else if !info.Mode().IsRegular() {
			return nil, invalid(name + " is not a regular file")
		}
	}
	return names, nil
}

var tenantScheme = sync.OnceValue(tenant.Scheme)

// read reads the objects of one file.
func (f Folder) read(name string) ([]tenant.Object, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := manifest.NewDecoder(file, tenantScheme(), manifest.File(path.Join(f.Path, name)))
	var objects []tenant.Object
	var errs []error
	for obj, err := range decoder.All() {
		further, ok := obj.(client.Object)
		if err == nil && !ok {
			err = &manifest.Error{Position: decoder.Position(), Err: fmt.Errorf("a %T has no name", obj)}
		}
		objects, errs = append(objects, tenant.Object{Object: further, Position: decoder.Position()}), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(objects) == 0 {
		return nil, &manifest.Error{Position: manifest.Position{File: path.Join(f.Path, name)}, Err: manifest.ErrNoObjects}
	}
	return objects, nil
}
