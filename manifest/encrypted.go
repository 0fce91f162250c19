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
//
// Written, an unchanged object has the text it was read from: what SOPS signs
// depends on the order of the values, and comments may be encrypted too.
type Encrypted struct {
	unstructured.Unstructured
	text string // as read, or empty
}

// DeepCopyObject returns a copy that is written in the same way.
func (e *Encrypted) DeepCopyObject() runtime.Object {
	return &Encrypted{*e.DeepCopy(), e.text}
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
		e.text = d.doc.Text()
	}
	return e, nil
}

// document returns the text from which an object was read, as a document of its
// own, or nil if the object was changed since.
func (e *Encrypted) document() []byte {
	text := []byte(encode.Separator + e.text)
	read, err := NewDecoder(bytes.NewReader(text), nil, MaxDocument(len(text))).Decode()
	if same, ok := read.(*Encrypted); err != nil || !ok || !reflect.DeepEqual(same.Object, e.Object) {
		return nil
	}
	return text
}
