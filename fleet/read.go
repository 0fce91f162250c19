package fleet

import (
	"io"
	"iter"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// ReadSpecs reads specs from a YAML stream, one a document, as they are asked
// for. It goes on after a document that is in error. Unknown fields are errors,
// and every error has file, document and line:
//
//	all := fleet.Fleet{Tenants: fleet.ReadSpecs(f, manifest.File(f.Name()))}
//
// It can be iterated over once, as the reader can be read once.
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
