package manifest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// status is the field of a document that belongs to the controller. One further
// down, in Helm values say, is the user's.
const status = "status"

// record starts the tape anew with an object, less what a manifest does not
// hold: the status, and the nulls that say nothing.
func (t *tape) record(obj runtime.Object) error {
	t.nodes, t.keys, t.depth = t.nodes[:0], t.keys[:0], 0
	if u, ok := obj.(*unstructured.Unstructured); ok {
		return t.unstructured(u.Object)
	}
	v := reflect.ValueOf(obj)
	s := shapeOf(v.Type())
	if s.form == pointerForm {
		s, v = s.elem, v.Elem()
	}
	if s.form == structForm {
		return t.structure(s, v)
	}
	data, err := json.Marshal(obj)
	if err != nil {
		return err
	}
	return t.parseDocument(string(data))
}

// unstructured records an object whose nulls may all mean something: no Go type
// tells. Only metadata.creationTimestamp is known to be noise.
func (t *tape) unstructured(object map[string]any) error {
	if _, ok := object[status]; ok {
		object = maps.Clone(object)
		delete(object, status)
	}
	if metadata, ok := object["metadata"].(map[string]any); ok {
		if created, ok := metadata["creationTimestamp"]; ok && created == nil {
			metadata, object = maps.Clone(metadata), maps.Clone(object)
			delete(metadata, "creationTimestamp")
			object["metadata"] = metadata
		}
	}
	return t.any(object)
}

// deep is the depth from which on values are left to encoding/json, which
// refuses those that hold themselves.
const deep = 500

// value records a value of the shape given.
func (t *tape) value(s *shape, v reflect.Value) error {
	switch s.form {
	case boolForm:
		t.scalar(literal, strconv.FormatBool(v.Bool()))
		return nil
	case intForm:
		t.scalar(number, strconv.FormatInt(v.Int(), 10))
		return nil
	case uintForm:
		t.scalar(number, strconv.FormatUint(v.Uint(), 10))
		return nil
	case stringForm:
		t.scalar(text, v.String())
		return nil
	case pointerForm, interfaceForm, mapForm, sliceForm, bytesForm:
		if v.IsNil() {
			t.scalar(literal, "null")
			return nil
		}
	}
	if t.depth == deep {
		return t.marshal(v)
	}
	t.depth++
	err := t.nested(s, v)
	t.depth--
	return err
}

// nested records a value that is not nil and may hold others.
func (t *tape) nested(s *shape, v reflect.Value) error {
	switch s.form {
	case pointerForm:
		return t.value(s.elem, v.Elem())
	case interfaceForm:
		return t.any(v.Interface())
	case structForm:
		return t.structure(s, v)
	case mapForm:
		return t.mapping(s, v)
	case sliceForm, arrayForm:
		return t.sequence(s, v)
	case bytesForm:
		t.scalar(text, base64.StdEncoding.EncodeToString(v.Bytes()))
		return nil
	}
	return t.marshal(v)
}

// any records what an interface holds.
func (t *tape) any(v any) error {
	switch v := v.(type) {
	case nil:
		t.scalar(literal, "null")
		return nil
	case string:
		t.scalar(text, v)
		return nil
	}
	r := reflect.ValueOf(v)
	return t.value(shapeOf(r.Type()), r)
}

// structure records a struct, less those of its fields that are null: nil
// pointers, slices and maps read back the same when they are absent. Any other
// null is the user's own: in Helm values it deletes a default, in a map it is a
// key, in a list an element.
func (t *tape) structure(s *shape, v reflect.Value) error {
	self, size := t.open(structure), 0
	for i := range s.fields {
		f := &s.fields[i]
		value, written := f.of(v)
		if !written || self == 0 && f.name == status {
			continue
		}
		key := len(t.nodes)
		t.nodes = append(t.nodes, node{kind: text, text: f.name, plain: f.plain, next: int32(key) + 1})
		if err := t.value(f.shape, value); err != nil {
			return at(f.name, err)
		}
		if n := &t.nodes[key+1]; n.kind == literal && n.text == "null" {
			t.nodes = t.nodes[:key]
			continue
		}
		size++
	}
	t.close(self, size)
	return nil
}

func (t *tape) sequence(s *shape, v reflect.Value) error {
	self := t.open(sequence)
	for i := range v.Len() {
		if err := t.value(s.elem, v.Index(i)); err != nil {
			return at(fmt.Sprintf("[%d]", i), err)
		}
	}
	t.close(self, v.Len())
	return nil
}

// mapping records a map, in the order in which encoding/json writes it, with a
// short way for the types that most maps are of.
func (t *tape) mapping(s *shape, v reflect.Value) error {
	self, first := t.open(mapping), len(t.keys)
	var value func(key string) error
	switch m := v.Interface().(type) {
	case map[string]string:
		for key := range m {
			t.keys = append(t.keys, key)
		}
		value = func(key string) error { t.scalar(text, m[key]); return nil }
	case map[string]any:
		for key := range m {
			t.keys = append(t.keys, key)
		}
		value = func(key string) error { return t.any(m[key]) }
	default:
		for _, key := range v.MapKeys() {
			t.keys = append(t.keys, key.String())
		}
		value = func(key string) error {
			return t.value(s.elem, v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key())))
		}
	}
	keys := t.keys[first:]
	slices.Sort(keys)
	for _, key := range keys {
		t.scalar(text, key)
		if err := value(key); err != nil {
			return at(key, err)
		}
	}
	t.keys = t.keys[:first]
	t.close(self, v.Len())
	return nil
}

// marshal records a value as encoding/json writes it.
func (t *tape) marshal(v reflect.Value) error {
	if v.CanAddr() {
		v = v.Addr() // to which the method may belong
	}
	switch m := v.Interface().(type) {
	case *metav1.Duration: // there are several to a tenant
		t.scalar(text, m.Duration.String())
		return nil
	case json.Marshaler: // the short way, as long as nothing is wrong
		if data, err := m.MarshalJSON(); err == nil && json.Valid(data) {
			t.parse(string(data))
			return nil
		}
	}
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return err
	}
	t.parse(string(data))
	return nil
}
