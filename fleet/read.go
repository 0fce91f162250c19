package fleet

import (
	"io"
	"iter"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// ReadSpecs reads specs from a YAML stream lazily, one from each document. It
// continues after a document with an error. Unknown fields are errors, and every
// error has file, document and line:
//
//	all := fleet.Fleet{Tenants: fleet.ReadSpecs(f, manifest.File(f.Name()))}
//
// It can be iterated over only once, as the reader can be read only once. A spec that
// names files is an error; [Folder.ReadSpecs] reads these too.
func ReadSpecs(r io.Reader, opts ...manifest.DecoderOption) iter.Seq2[tenant.Spec, error] {
	return readSpecs(r, opts, noFolder)
}
