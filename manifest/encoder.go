package manifest

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/encode"
)

// Write writes the objects to w as a YAML stream, in the order given; see
// [Sort] for the order in which to apply them.
//
// The whole stream is rendered before the first byte is written: when an
// object cannot be encoded, w stays untouched and the error names every such
// object. To stream more than fits in memory, use an [Encoder].
func Write(w io.Writer, objects ...runtime.Object) error {
	return WriteAll(w, objects)
}

// WriteAll writes the objects of a slice as [Write] does. The type parameter
// lets a []client.Object or a []*corev1.ConfigMap be passed as it is.
func WriteAll[O runtime.Object](w io.Writer, objects []O) error {
	e := NewEncoder(w)
	var errs []error
	for _, obj := range objects {
		errs = append(errs, e.render(obj))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return e.flush()
}

// An Encoder writes objects to a YAML stream, one document each. It reuses its
// buffers; it is not safe for concurrent use.
type Encoder struct {
	w      io.Writer
	engine encode.Encoder
	out    []byte // the documents not yet written
}

// NewEncoder returns an Encoder that writes to w.
func NewEncoder(w io.Writer) *Encoder {
	return &Encoder{w: w}
}

// Encode writes obj as one document, a "---" line before it, in a single call
// of Write. The package documentation says what the document holds.
//
// The object must name its apiVersion and kind, since the encoder knows no
// scheme to look them up in; lists are refused, as a list is not one object.
// After an error nothing of obj has been written, unless it was the writer's.
func (e *Encoder) Encode(obj runtime.Object) error {
	if err := e.render(obj); err != nil {
		return err
	}
	return e.flush()
}

// render appends obj to the documents not yet written, or leaves them as they
// were when it fails.
func (e *Encoder) render(obj runtime.Object) error {
	gvk, err := identify(obj)
	if err != nil {
		return err
	}
	if sealed, ok := obj.(*Encrypted); ok {
		if text := sealed.document(); text != nil {
			e.out = append(e.out, text...)
			return nil
		}
		obj = &sealed.Unstructured
	}
	if e.out, err = e.engine.Append(e.out, obj); err != nil {
		return fmt.Errorf("manifest: %s: %w", describe(gvk, obj), err)
	}
	return nil
}

func (e *Encoder) flush() error {
	if len(e.out) == 0 {
		return nil
	}
	_, err := e.w.Write(e.out)
	e.out = e.out[:0]
	return err
}

// identify returns what obj says it is, and an error when that is not the name
// of one object.
func identify(obj runtime.Object) (schema.GroupVersionKind, error) {
	if isNil(obj) {
		return schema.GroupVersionKind{}, fmt.Errorf("manifest: the object is nil (%T)", obj)
	}
	gvk := obj.GetObjectKind().GroupVersionKind()
	if gvk.Version == "" || gvk.Kind == "" {
		return gvk, fmt.Errorf("manifest: %s has no apiVersion and kind: set its TypeMeta", describe(gvk, obj))
	}
	if strings.HasSuffix(gvk.Kind, "List") && meta.IsListType(obj) {
		return gvk, fmt.Errorf("manifest: %s is a list: write its items", gvk.Kind)
	}
	return gvk, nil
}

func isNil(obj runtime.Object) bool {
	v := reflect.ValueOf(obj)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// describe names an object for an error message: "Tenant dev-team",
// "Kustomization dev-team/dev-team".
func describe(gvk schema.GroupVersionKind, obj runtime.Object) string {
	kind := gvk.Kind
	if kind == "" {
		kind = fmt.Sprintf("%T", obj)
	}
	name := ""
	if m, err := meta.Accessor(obj); err == nil {
		name = m.GetName()
		if ns := m.GetNamespace(); ns != "" {
			name = ns + "/" + name
		}
	}
	return strings.TrimSpace(kind + " " + name)
}
