package encode

import "k8s.io/apimachinery/pkg/runtime"

// Separator precedes every document.
const Separator = "---\n"

// An Encoder encodes objects one after the other. It reuses its buffers; it is
// not safe for concurrent use.
type Encoder struct {
	state   encodeState
	emitter emitter
}

// Append appends obj as a document to dst, a separator before it. After an
// error it returns dst as it was.
func (e *Encoder) Append(dst []byte, obj runtime.Object) ([]byte, error) {
	if err := e.state.object(obj); err != nil {
		return dst, err
	}
	out, err := e.emitter.document(append(dst, Separator...), &e.state.tape)
	if err != nil {
		return dst, err
	}
	return out, nil
}
