package encode

import (
	"encoding/json"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// status is the field of a document that belongs to the controller. One further
// down, in Helm values say, is the user's.
const status = "status"

// An encodeState is one object on its way onto the tape.
type encodeState struct {
	tape  tape
	keys  []string // of the maps being encoded, each map's sorted
	depth int      // of the value being encoded
}

// object starts the tape anew with an object, less what a manifest does not
// hold: the status, and the nulls that say nothing.
func (e *encodeState) object(obj runtime.Object) error {
	e.tape.nodes, e.keys, e.depth = e.tape.nodes[:0], e.keys[:0], 0
	if u, ok := obj.(*unstructured.Unstructured); ok {
		return e.unstructured(u.Object)
	}
	v := reflect.ValueOf(obj)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if err := typeEncoder(v.Type())(e, v); err != nil {
		return err
	}
	if k := e.tape.nodes[0].kind; k != structure && k != mapping {
		return errNotObject
	}
	return nil
}

// unstructured encodes an object whose nulls may all mean something: no Go type
// says which do. Only metadata.creationTimestamp is known to be noise.
func (e *encodeState) unstructured(object map[string]any) error {
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
	return encodeAny(e, object)
}

// enter counts a value that may hold others, and fails when there are too many
// of them around it: the value may hold itself. Without an error, leave is to be
// called after the value.
func (e *encodeState) enter() error {
	if e.depth >= fieldpath.MaxDepth {
		return fieldpath.ErrTooDeep
	}
	e.depth++
	return nil
}

func (e *encodeState) leave() { e.depth-- }

// json appends the value of a JSON text, which must be valid.
func (e *encodeState) json(data []byte) error {
	p := jsonParser{json: string(data), tape: &e.tape, depth: e.depth}
	return p.value()
}

// marshal encodes a value as encoding/json does.
func (e *encodeState) marshal(v reflect.Value) error {
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return err
	}
	return e.json(data)
}
