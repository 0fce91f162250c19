package repository

import (
	"context"
	"io"
	"io/fs"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Options say what is read. The zero value reads everything that Flux would, and
// fetches nothing.
type Options struct {
	// Stdin is what the path "-" stands for.
	Stdin io.Reader

	// AllowRemote lets kustomize fetch remote bases and files. By default nothing
	// is fetched, and each of them is a [Problem].
	AllowRemote bool

	// Include are patterns in the format of .gitignore. If there are any, a file
	// that matches none of them is not read.
	Include []string

	// Exclude are patterns in the same format. A file or folder that matches is
	// not read, even if a kustomization names it.
	Exclude []string
}

// An Object is an object of a repository and where it comes from.
type Object struct {
	Object *unstructured.Unstructured

	// File has forward slashes. It is the file that the object is written in, or
	// the kustomization.yaml that generates it; empty where it is not known.
	File string
	Line int // of the object in File, from 1; 0 where it is not known

	// Dirs are the folders that give the object: those whose kustomization.yaml
	// renders it or, for a file that none names, the folder it lies in.
	Dirs []string
}

// A Problem is a part of a repository that could not be read, rendered or reached.
type Problem struct {
	Path   string // of a file or folder
	Line   int    // from 1; 0 where it is not known
	Reason string
}

// String is "path: reason", with the line where it is known.
func (p Problem) String() string { return position(p.Path, p.Line) + ": " + p.Reason }

// A Skip is a file or folder that was left out because Flux applies none of it, or
// because the options say so.
type Skip struct {
	Path   string
	Reason string
}

// String is "path: reason".
func (s Skip) String() string { return s.Path + ": " + s.Reason }

// A Result is what a repository applies, and what could not be read of it.
type Result struct {
	// Objects hold each kustomization.yaml too, as an object of the group
	// kustomize.config.k8s.io.
	Objects []Object

	// Kustomizations are Flux's, in the order of Objects.
	Kustomizations []Kustomization

	// Problems name what is missing from Objects. Where there are any, nobody can
	// say that a repository is in order.
	Problems []Problem

	// Skipped lists files that are left out on purpose: charts, templates, values,
	// ignored files.
	Skipped []Skip

	// loose are problems of files that Flux cannot read either and that no
	// kustomization names.
	loose []Problem
}

// Load reads folders, files and standard input ("-"), in this order. A folder is
// read as part of the Git repository that it lies in, so an overlay finds its
// bases; outside of one, as part of the working directory if it lies there.
//
// An error is returned only for a path that does not exist and when ctx is done.
// All else that goes wrong is in [Result.Problems].
func Load(ctx context.Context, paths []string, options Options) (*Result, error) {
	result := &Result{}
	for _, path := range paths {
		if path == "-" {
			l := newLoader(ctx, nil, options, result)
			l.readStream(options.Stdin, "standard input")
			continue
		}
		if err := loadPath(ctx, path, options, result); err != nil {
			return nil, err
		}
	}
	result.finish()
	return result, ctx.Err()
}

// LoadFS reads the repository whose root is that of fsys, which can be the content
// of an artifact. Files that are not regular are never opened, and symbolic links
// never followed, as Flux leaves both out of its artifacts. The error is that of
// ctx.
func LoadFS(ctx context.Context, fsys fs.FS, options Options) (*Result, error) {
	result := &Result{}
	l := newLoader(ctx, fsys, options, result)
	l.load(".")
	result.finish()
	return result, ctx.Err()
}
