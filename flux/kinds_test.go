package flux_test

import (
	"go/ast"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// A tested kind is one in the tables of this package.
type tested interface {
	// samples are objects that between them have everything that options can set.
	samples() []buildtest.Object
	// random is an object that the choices make.
	random(choice *choices) (buildtest.Object, error)
	// refusals are the rows of invalid inputs.
	refusals() []refusal
	// optionTypes are the types of the options in the tables.
	optionTypes() []reflect.Type
}

// kinds are the tables by the kind they are of.
var kinds = map[string][]tested{
	"GitRepository":         {gitRepository},
	"OCIRepository":         {ociRepository},
	"Bucket":                {bucket},
	"HelmRepository":        {helmRepository},
	"HelmChart":             {helmChart},
	"ExternalArtifact":      {externalArtifact},
	"Kustomization":         {kustomization},
	"HelmRelease":           {helmRelease, releaseOfChart},
	"Provider":              {provider},
	"Alert":                 {alert},
	"Receiver":              {receiver},
	"ImageRepository":       {imageRepository},
	"ImagePolicy":           {imagePolicy, policyOfForeign},
	"ImageUpdateAutomation": {imageUpdateAutomation},
}

func (k kind[T, O]) samples() []buildtest.Object {
	var samples []buildtest.Object
	// The objects are taken before validation: no two fields of some options may
	// be set at once.
	sample := k.Func(func(obj T) error {
		samples = append(samples, obj.DeepCopyObject().(T))
		return nil
	})
	for _, options := range k.sets() {
		k.Build(append(options, sample)...)
		for _, option := range options {
			k.Build(filled(option), sample)
		}
	}
	return samples
}

// filled is an option of the same type with something in all its fields. What
// has fields that cannot be reached, such as the option that From returns, is
// empty.
func filled[O any](option O) O {
	v := reflect.New(reflect.TypeOf(option)).Elem()
	fill(v)
	return v.Interface().(O)
}

func fill(v reflect.Value) {
	if !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		entry := reflect.New(v.Type().Elem()).Elem()
		fill(entry)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("x").Convert(v.Type().Key()), entry)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	}
}

func (k kind[T, O]) optionTypes() []reflect.Type {
	var types []reflect.Type
	for _, options := range k.sets() {
		for _, option := range options {
			types = append(types, reflect.TypeOf(option))
		}
	}
	return types
}

// Flux's scheme and the tables hold the same kinds.
func TestEveryKindHasABuilder(t *testing.T) {
	for gvk := range scheme(t).AllKnownTypes() {
		if !strings.HasSuffix(gvk.Group, ".toolkit.fluxcd.io") || strings.HasSuffix(gvk.Kind, "List") || !served(gvk.Kind) {
			continue
		}
		if kinds[gvk.Kind] == nil {
			t.Errorf("%s has no builder, or none that is tested", gvk)
		}
	}
}

// served leaves out what the API machinery registers in every group.
func served(kind string) bool {
	return !strings.HasSuffix(kind, "Options") && kind != "WatchEvent"
}

// Every option that has a method for a kind is in the table of the kind, by its
// type: so all that the tests say about options they say about every one.
func TestEveryOptionIsTested(t *testing.T) {
	seen := 0
	for _, file := range sources(t) {
		for _, decl := range file.Decls {
			method, ok := decl.(*ast.FuncDecl)
			if !ok || method.Recv == nil {
				continue
			}
			kind, ok := strings.CutPrefix(method.Name.Name, "ApplyTo")
			option := receiverName(method)
			if !ok || strings.HasSuffix(option, "Func") {
				continue
			}
			seen++
			inTable := slices.ContainsFunc(kinds[kind], func(k tested) bool {
				return slices.ContainsFunc(k.optionTypes(), func(typ reflect.Type) bool { return typ.Name() == option })
			})
			if !inTable {
				t.Errorf("%s is in no table of %s", option, kind)
			}
		}
	}
	if seen < 150 {
		t.Errorf("found only %d options: is the source read?", seen)
	}
}
