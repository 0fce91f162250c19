package repository

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// A reading is why a file is read.
type reading int

const (
	found reading = iota // it lies in a folder that is read
	named                // the caller or a kustomization names it
)

// content is the range of objects that a file or a build gave.
type content struct{ first, end int } // in Result.Objects

// addDir records that a folder gives these objects.
func (l *loader) addDir(c content, dir string) {
	name := l.name(dir)
	for i := c.first; i < c.end; i++ {
		if o := &l.result.Objects[i]; !slices.Contains(o.Dirs, name) {
			o.Dirs = append(o.Dirs, name)
		}
	}
}

// maxErrors bounds the problems of one file.
const maxErrors = 10

// readFile reads the objects of a file in a folder. Each file is read once.
func (l *loader) readFile(file, dir string, why reading) {
	if c, ok := l.read[file]; ok {
		l.addDir(*c, dir)
		return
	}
	c := &content{first: len(l.result.Objects), end: len(l.result.Objects)}
	l.read[file] = c
	text, err := l.tree.read(file)
	if err != nil {
		l.problem(file, 0, err.Error())
		return
	}
	objects, errs := decode(l, text, l.name(file))
	l.result.Objects = append(l.result.Objects, objects...)
	c.end = len(l.result.Objects)
	l.addDir(*c, dir)
	if len(errs) == 0 {
		return
	}
	switch what, isManifest := judge(text); {
	case isManifest || why == named && what != notManifest:
		l.problems(file, errs)
	case what == notManifest || what == template:
		l.skip(file, what)
	default:
		line, reason := positioned(errs[0])
		l.result.loose = append(l.result.loose, Problem{l.name(file), line, shorten(reason)})
	}
}

// readStream reads a stream from outside the tree.
func (l *loader) readStream(r io.Reader, name string) {
	if r == nil {
		return
	}
	text, err := io.ReadAll(io.LimitReader(r, maxStream+1))
	if err == nil && len(text) > maxStream {
		err = fmt.Errorf("has more than %d MiB", maxStream>>20)
	}
	if err != nil {
		l.problem(name, 0, err.Error())
		return
	}
	objects, errs := decode(l, text, name)
	l.result.Objects = append(l.result.Objects, objects...)
	l.problems(name, errs)
}

const maxStream = 512 << 20 // bytes of standard input

// problems reports what is wrong with the documents of a file.
func (l *loader) problems(file string, errs []error) {
	for i, err := range errs {
		if i == maxErrors {
			l.problem(file, 0, fmt.Sprintf("has %d more documents that cannot be read", len(errs)-maxErrors))
			return
		}
		line, reason := positioned(err)
		l.problem(file, line, reason)
	}
}

// positioned splits an error of package manifest into its line and its text.
func positioned(err error) (line int, text string) {
	var at *manifest.Error
	if !errors.As(err, &at) {
		return 0, err.Error()
	}
	if at.Object != "" {
		return at.Line, at.Object + ": " + at.Err.Error()
	}
	return at.Line, at.Err.Error()
}

// decode reads without a scheme, so that old versions and unknown fields are
// findings and not errors. Documents that are not objects (Helm values, JSON
// patches) are ignored.
func decode(l *loader, text []byte, file string) (objects []Object, errs []error) {
	decoder := manifest.NewDecoder(bytes.NewReader(text), nil, manifest.File(file))
	for l.ctx.Err() == nil {
		var content any
		err := decoder.DecodeInto(&content)
		if err == io.EOF {
			break
		}
		line := decoder.Position().Line
		if err != nil {
			errs = append(errs, err)
			continue
		}
		fields, _ := content.(map[string]any)
		object := &unstructured.Unstructured{Object: fields}
		if object.GetAPIVersion() == "" || object.GetKind() == "" {
			continue
		}
		add := func(item runtime.Object) error {
			objects = append(objects, Object{Object: item.(*unstructured.Unstructured), File: file, Line: line})
			return nil
		}
		if !object.IsList() {
			_ = add(object)
		} else if err := object.EachListItem(add); err != nil {
			errs = append(errs, err)
		}
	}
	return objects, errs
}
