package manifest

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/decode"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// ErrUnknownVersion is the error, wrapped, of an object whose group and kind
// the scheme knows, but in other versions only.
var ErrUnknownVersion = errors.New("unknown version")

// fastObject decodes the JSON of a document that was read fast. It returns nil
// when that takes more than decoding JSON: to expand a list, to keep what is
// encrypted, or to say what is wrong.
func (d *Decoder) fastObject(json []byte, apiVersion, kind string) runtime.Object {
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil || apiVersion == "" || kind == "" || strings.HasSuffix(kind, "List") {
		return nil
	}
	obj, err := d.newObject(gv.WithKind(kind))
	if err != nil {
		return nil
	}
	if u, ok := obj.(*unstructured.Unstructured); ok {
		if !decode.UnmarshalFast(json, &u.Object) || u.Object["sops"] != nil {
			return nil
		}
		return u
	}
	if !decode.UnmarshalFast(json, obj) {
		return nil
	}
	return obj
}

// newObject returns an empty object for a kind.
func (d *Decoder) newObject(gvk schema.GroupVersionKind) (runtime.Object, error) {
	if d.scheme == nil {
		return &unstructured.Unstructured{}, nil
	}
	obj, err := d.scheme.New(gvk)
	if !runtime.IsNotRegisteredError(err) {
		return obj, err
	}
	var known []string
	for _, gv := range d.scheme.VersionsForGroupKind(gvk.GroupKind()) {
		if gv.Version != runtime.APIVersionInternal {
			known = append(known, gv.Version)
		}
	}
	if len(known) > 0 {
		return nil, fmt.Errorf("%w %s of %s: the scheme has %s", ErrUnknownVersion, gvk.Version, gvk.GroupKind(), strings.Join(known, ", "))
	}
	return &unstructured.Unstructured{}, nil
}

// object decodes v, which lies at a path within the document. The kind is what
// v is when it does not say so itself.
func (d *Decoder) object(v any, path string, kind schema.GroupVersionKind) (runtime.Object, error) {
	m, ok := v.(map[any]any)
	if !ok {
		return nil, d.fail("", fieldpath.At(path, fmt.Errorf("an object is a mapping, this is %s", describeValue(v))))
	}
	if m["kind"] == nil && m["apiVersion"] == nil && kind.Kind != "" {
		m["apiVersion"], m["kind"] = kind.ToAPIVersionAndKind()
	}
	gvk, err := kindOf(m)
	if err != nil {
		return nil, d.fail("", fieldpath.At(path, err))
	}
	if isList(v) {
		return nil, d.fail("", fieldpath.At(path, errors.New("a list within a list")))
	}
	if isEncrypted(m) {
		return d.encrypted(m, path)
	}
	obj, err := d.newObject(gvk)
	if err != nil {
		return nil, d.fail(name(m), fieldpath.At(fieldpath.Join(path, "apiVersion"), err))
	}
	out := any(obj)
	if u, ok := obj.(*unstructured.Unstructured); ok {
		out = &u.Object
	}
	if err := d.fail(name(m), d.doc.Unmarshal(v, path, out)...); err != nil {
		return nil, err
	}
	return obj, nil
}

func kindOf(m map[any]any) (schema.GroupVersionKind, error) {
	apiVersion, _ := m["apiVersion"].(string)
	kind, _ := m["kind"].(string)
	if apiVersion == "" || kind == "" {
		return schema.GroupVersionKind{}, errors.New("apiVersion and kind are required to tell what this is")
	}
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("apiVersion %q: %w", apiVersion, err)
	}
	return gv.WithKind(kind), nil
}

// name names the object for an error message, as describe does.
func name(m map[any]any) string {
	meta, _ := m["metadata"].(map[any]any)
	kind, _ := m["kind"].(string)
	name, _ := meta["name"].(string)
	if ns, _ := meta["namespace"].(string); ns != "" {
		name = ns + "/" + name
	}
	return strings.TrimSpace(kind + " " + name)
}

// describeValue names the type of a YAML value in the words of JSON.
func describeValue(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[any]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	}
	return "a number"
}
