package teams

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"path"
	"path/filepath"
	"regexp"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// files are the files of objects in a folder of teams: those that were found, and
// those that specs name.
type files struct {
	objects []string
	named   map[string]bool
	failed  bool // so that the names of a spec may be missing
}

func (f *files) add(spec tenant.Spec, err error) {
	f.failed = f.failed || err != nil
	for _, object := range spec.Objects {
		if f.named == nil {
			f.named = map[string]bool{}
		}
		f.named[object.Position.File] = true
	}
}

// unnamed yields an error for each file that no spec names.
func (f *files) unnamed() iter.Seq[error] {
	return func(yield func(error) bool) {
		for _, name := range f.objects {
			if f.failed || f.named[path.Clean(filepath.ToSlash(name))] {
				continue
			}
			if !yield(fmt.Errorf("%s: holds Kubernetes objects, and no spec names the file in its field objects", name)) {
				return
			}
		}
	}
}

// apiVersion is the field that every object has, and no spec.
var apiVersion = regexp.MustCompile(`(?m)^["']?apiVersion["']?\s*:`)

// peek reports whether a file begins with an object, and returns a reader of all of it.
func peek(r io.Reader) (io.Reader, bool) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	begin, _ := buffered.Peek(64 << 10) // the reader returns the error again
	return buffered, apiVersion.Match(begin)
}
