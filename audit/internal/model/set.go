package model

import (
	"cmp"
	"iter"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A Set is the objects in a fixed order, found by name and by Go type.
type Set struct {
	Objects []*Object
	byKey   map[Key]*Object
	byType  map[reflect.Type][]*Object
}

// A Key names an object, in any API version.
type Key struct {
	GroupKind       schema.GroupKind
	Namespace, Name string
}

// NewSet sorts the objects and indexes them. Of two objects of one key the first
// in that order is the one that [Set.Get] returns.
func NewSet(objects []*Object) *Set {
	s := &Set{
		Objects: slices.Clone(objects),
		byKey:   make(map[Key]*Object, len(objects)),
		byType:  map[reflect.Type][]*Object{},
	}
	slices.SortStableFunc(s.Objects, compareObjects)
	for _, o := range s.Objects {
		if _, dup := s.byKey[o.Key()]; !dup {
			s.byKey[o.Key()] = o
		}
		if o.Typed != nil {
			t := reflect.TypeOf(o.Typed)
			s.byType[t] = append(s.byType[t], o)
		}
	}
	return s
}

func compareObjects(a, b *Object) int {
	return cmp.Or(
		cmp.Compare(a.GroupKind.Group, b.GroupKind.Group),
		cmp.Compare(a.GroupKind.Kind, b.GroupKind.Kind),
		cmp.Compare(a.Ref.Namespace, b.Ref.Namespace),
		cmp.Compare(a.Ref.Name, b.Ref.Name),
		cmp.Compare(a.Ref.APIVersion, b.Ref.APIVersion),
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
	)
}

// Get returns an object, or nil if it is not in the set.
func (s *Set) Get(kind schema.GroupKind, namespace, name string) *Object {
	return s.byKey[Key{kind, namespace, name}]
}

// All ranges over the objects of a Go type.
func All[T runtime.Object](s *Set) iter.Seq2[*Object, T] {
	return func(yield func(*Object, T) bool) {
		for _, o := range s.byType[reflect.TypeFor[T]()] {
			if !yield(o, o.Typed.(T)) {
				return
			}
		}
	}
}

// Get returns an object as a Go type, or nil if it is not in the set or does not
// fit its kind.
func Get[T runtime.Object](s *Set, kind schema.GroupKind, namespace, name string) (T, *Object) {
	o := s.Get(kind, namespace, name)
	if o == nil {
		var none T
		return none, nil
	}
	typed, _ := o.Typed.(T)
	return typed, o
}
