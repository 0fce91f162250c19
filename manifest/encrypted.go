package manifest

import (
	"bytes"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/encode"
)

// Encrypted is an object that SOPS has encrypted, most often a Secret. Its
// values are ciphertext, which no Go type of its kind can hold, and beside them
// it has the field sops.
type Encrypted struct {
	unstructured.Unstructured

	// Text is the document that the object was read from, without markers. It
	// is what is written, as long as it says the same as the object: what SOPS
	// signs depends on the order of the values, and comments may be encrypted
	// too. Without it, or after a change, the object is written as any other.
	Text string
}

// DeepCopyObject returns a copy that is written in the same way.
func (e *Encrypted) DeepCopyObject() runtime.Object {
	return &Encrypted{*e.DeepCopy(), e.Text}
}

// isEncrypted reports whether a document bears the mark of SOPS.
func isEncrypted(m map[any]any) bool {
	mark, _ := m["sops"].(map[any]any)
	return mark["mac"] != nil
}

// encrypted decodes what SOPS has encrypted.
func (d *Decoder) encrypted(m map[any]any, path string) (runtime.Object, error) {
	e := &Encrypted{}
	if err := d.fail(name(m), d.doc.Unmarshal(m, path, &e.Object)...); err != nil {
		return nil, err
	}
	if path == "" {
		e.Text = d.doc.Text()
	}
	return e, nil
}

// document returns the text from which an object was read, as a document of its
// own, or nil if the object was changed since.
func (e *Encrypted) document() []byte {
	text := []byte(encode.Separator + e.Text)
	read, err := NewDecoder(bytes.NewReader(text), nil, MaxDocument(len(text))).Decode()
	if same, ok := read.(*Encrypted); err != nil || !ok || !reflect.DeepEqual(same.Object, e.Object) {
		return nil
	}
	return text
}
