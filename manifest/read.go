package manifest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
)

// ErrNoObjects is the error, wrapped, of reading a stream without objects.
var ErrNoObjects = errors.New("no objects")

// maxErrors is the number of documents in error after which Read gives up.
const maxErrors = 100

// Read reads all objects of a YAML stream; see [Decoder] for what it makes of
// each document.
//
// It goes on after a document that is in error, so that the error returned
// lists what is wrong with each, as *[Error] values; no objects are returned then.
// After 100 such documents it stops. A stream that holds no object is an error
// too: [ErrNoObjects].
func Read(r io.Reader, scheme *runtime.Scheme, opts ...DecoderOption) ([]runtime.Object, error) {
	return readAll(context.Background(), NewDecoder(r, scheme, opts...))
}

// ReadFile reads all objects of a file as [Read] does, with the file's name in
// the errors. It stops between two documents when ctx is done.
func ReadFile(ctx context.Context, path string, scheme *runtime.Scheme, opts ...DecoderOption) ([]runtime.Object, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	defer f.Close()
	return readAll(ctx, NewDecoder(f, scheme, append([]DecoderOption{File(path)}, opts...)...))
}

func readAll(ctx context.Context, d *Decoder) ([]runtime.Object, error) {
	var objects []runtime.Object
	var errs []error
	for obj, err := range d.All() {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			objects = append(objects, obj)
			continue
		}
		if errs = append(errs, err); len(errs) == maxErrors {
			errs = append(errs, &Error{Position: Position{File: d.file}, Err: errors.New("too many errors: the rest was not read")})
			break
		}
	}
	switch {
	case len(errs) > 0:
		return nil, errors.Join(errs...)
	case len(objects) == 0:
		return nil, &Error{Position: Position{File: d.file}, Err: ErrNoObjects}
	}
	return objects, ctx.Err()
}
