package manifest

// A DecoderOption sets up a [Decoder].
type DecoderOption interface {
	ApplyToDecoder(*Decoder)
}

// File is the name of what is read, for positions and errors.
type File string

// ApplyToDecoder implements [DecoderOption].
func (f File) ApplyToDecoder(d *Decoder) { d.file = string(f) }

// MaxDocument is the largest size of a document, in bytes, that a [Decoder]
// accepts. The default is 3 MiB, which is what the API server accepts in a
// request. The decoder's memory follows the largest document, not the stream:
// ordinarily a few times its size, at worst, for text made to that end, some
// hundred times.
type MaxDocument int

// ApplyToDecoder implements [DecoderOption].
func (m MaxDocument) ApplyToDecoder(d *Decoder) { d.max = int(m) }

const defaultMaxDocument MaxDocument = 3 << 20
