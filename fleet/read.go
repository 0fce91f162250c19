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
// It can be iterated over only once, as the reader can be read only once.
func ReadSpecs(r io.Reader, opts ...manifest.DecoderOption) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		decoder := manifest.NewDecoder(r, nil, opts...)
		for {
			var spec tenant.Spec
			err := decoder.DecodeInto(&spec)
			if err == io.EOF {
				return
			}
			if err != nil {
				spec = tenant.Spec{}
			}
			spec.Position = decoder.Position()
			if !yield(spec, err) {
				return
			}
		}
	}
}
