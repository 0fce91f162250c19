package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// An Object is one of the set, in the form that the rules read.
type Object struct {
	Ref       Ref
	GroupKind schema.GroupKind
	File      string
	Line      int
	Meta      metav1.Object

	// Within is the object that this one is written in, and At the field of it; nil
	// for an object of its own.
	Within *Object
	At     string

	// Typed is the object as the current version of its kind; nil if the audit does
	// not read the kind, or the object does not fit it.
	Typed runtime.Object

	// Raw is the object as it was read; nil if it came as a Go type.
	Raw map[string]any

	// Variable is set if a field holds a variable of Flux's postBuild substitution.
	Variable bool

	// Served is set if the API version is served today.
	Served bool

	// Unknown are the fields that the current version does not have.
	Unknown []string

	// Broken is why the object does not fit its kind.
	Broken error
}

// A Ref is how an object names itself.
type Ref struct{ APIVersion, Kind, Namespace, Name string }

// String returns "Kind namespace/name", or "Kind name" for an object without a
// namespace.
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}
	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// Key returns the identity of the object in a cluster.
func (o *Object) Key() Key { return Key{o.GroupKind, o.Ref.Namespace, o.Ref.Name} }

// Live reports whether the object comes from a cluster rather than from a file.
func (o *Object) Live() bool { return o.Meta.GetUID() != "" }

// NewObject reads an object; it returns nil for one without metadata.
func NewObject(object runtime.Object, file string, line int) *Object {
	if object == nil {
		return nil
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil
	}
	gvk := object.GetObjectKind().GroupVersionKind()
	if gvk.Empty() {
		if known, _, err := scheme().ObjectKinds(object); err == nil {
			gvk = known[0]
		}
	}
	apiVersion, kind := gvk.ToAPIVersionAndKind()
	o := &Object{
		Ref:       Ref{APIVersion: apiVersion, Kind: kind, Namespace: accessor.GetNamespace(), Name: accessor.GetName()},
		GroupKind: gvk.GroupKind(), File: file, Line: line, Meta: accessor,
		Served: scheme().Recognizes(gvk),
	}
	if o.GroupKind == KustomizationFile && o.Ref.Name == "" {
		o.Ref.Name = file // such files have no name of their own
	}
	u, ok := object.(runtime.Unstructured) // what SOPS encrypted included
	if !ok {
		o.Typed = object
		return o
	}
	o.Raw = u.UnstructuredContent()
	o.decode(gvk)
	return o
}

// decode reads an unstructured object as the current version of its kind. An old
// version that differs too much is not decoded: the rule on old versions reports it.
func (o *Object) decode(gvk schema.GroupVersionKind) {
	current, ok := Current(o.GroupKind)
	if !ok {
		return
	}
	typed, err := scheme().New(current)
	if err != nil {
		return
	}
	raw := withoutStatus(o.Raw)
	if hasVariable(raw) { // "${REPLICAS}" is not a number before Flux has replaced it
		o.Variable = true
		raw = fitted(raw, reflect.TypeOf(typed)).(map[string]any)
	}
	err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(raw, typed, true)
	if unknown, ok := runtime.AsStrictDecodingError(err); ok {
		for _, e := range unknown.Errors() {
			if match := unknownField.FindStringSubmatch(e.Error()); match != nil {
				o.Unknown = append(o.Unknown, match[1])
			}
		}
		err = nil
	}
	if err != nil {
		if o.Served {
			o.Broken = o.misfit(typed, err)
		}
		return
	}
	typed.GetObjectKind().SetGroupVersionKind(gvk)
	o.Typed = typed
}

// misfit returns an error that names the field that does not fit, which the
// converter's does not. The words are not those of encoding/json, which differ
// between versions of Go.
func (o *Object) misfit(typed runtime.Object, err error) error {
	text, encodeErr := json.Marshal(o.Raw)
	if encodeErr != nil {
		return err
	}
	var misfit *json.UnmarshalTypeError
	switch better := json.Unmarshal(text, typed); {
	case errors.As(better, &misfit) && misfit.Field != "":
		return fmt.Errorf("%s must be of type %v", misfit.Field, misfit.Type)
	case better != nil:
		return better
	}
	return err
}

var unknownField = regexp.MustCompile(`^unknown field "(.*)"$`)

// withoutStatus returns the object without the fields that controllers write, which
// may be of another version.
func withoutStatus(raw map[string]any) map[string]any {
	if _, ok := raw["status"]; !ok {
		return raw
	}
	rest := make(map[string]any, len(raw))
	for key, value := range raw {
		if key != "status" {
			rest[key] = value
		}
	}
	return rest
}

// Content returns the object as a map.
func (o *Object) Content() map[string]any { return o.unstructured().Object }

// unstructured returns the object as the API server hands it to an admission
// policy.
func (o *Object) unstructured() *unstructured.Unstructured {
	if o.Raw != nil {
		return &unstructured.Unstructured{Object: o.Raw}
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o.Typed)
	if err != nil {
		content = map[string]any{}
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetAPIVersion(o.Ref.APIVersion)
	u.SetKind(o.Ref.Kind)
	return u
}
