package flux_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// assignYourself are the fields without an option, each with the reason. Set
// them with the kind's Func or on the object that was built.
var assignYourself = map[string]string{
	"Alert.spec.summary":                               "deprecated for eventMetadata",
	"Provider.spec.interval":                           "deprecated, and not used",
	"Provider.spec.proxy":                              "deprecated for proxySecretRef",
	"Receiver.spec.resources.filter":                   "rare: resourceFilter serves all resources",
	"HelmRelease.spec.chart.metadata":                  "rare: a HelmChart of one's own has labels and annotations as options",
	"HelmRelease.spec.chart.spec.interval":             "rare: defaults to the interval of the HelmRelease",
	"HelmRepository.spec.accessFrom":                   "provisional: Flux does not heed it",
	"HelmChart.spec.sourceRef.apiVersion":              "not needed: the kind says it",
	"HelmRelease.spec.chartRef.apiVersion":             "not needed: the kind says it",
	"Kustomization.spec.sourceRef.apiVersion":          "not needed: the kind says it",
	"HelmRelease.spec.chart.spec.sourceRef.apiVersion": "not needed: the kind says it",
	"ImageUpdateAutomation.spec.sourceRef.apiVersion":  "not needed: the kind says it",
}

// Every field of every spec of Flux's API is set by an option, or listed above.
// What an option sets is seen on objects that were built with it, so a field
// that upstream adds fails here until somebody decides about it.
func TestUpstreamDrift(t *testing.T) {
	unused := map[string]bool{}
	for field := range assignYourself {
		unused[field] = true
	}
	for kind, tables := range kinds {
		set := map[string]bool{}
		var typ reflect.Type
		for _, table := range tables {
			for _, sample := range table.samples() {
				spec := reflect.ValueOf(sample).Elem().FieldByName("Spec")
				typ = spec.Type()
				walkSet(spec, kind+".spec", set)
			}
		}
		for _, field := range fieldsOf(typ, kind+".spec") {
			listed, reason := reasonFor(field)
			delete(unused, listed)
			switch {
			case !set[field] && reason == "":
				t.Errorf("%s is set by no option: add one, or list the field with the reason", field)
			case set[field] && reason != "":
				t.Errorf("%s is listed as to be assigned, but an option sets it", field)
			}
		}
	}
	for field := range unused {
		t.Errorf("%s is listed, but there is no such field", field)
	}
}

// reasonFor finds the field, or the one that it is part of, in the list.
func reasonFor(field string) (listed, reason string) {
	for at := field; strings.Contains(at, "."); at = at[:strings.LastIndex(at, ".")] {
		if reason := assignYourself[at]; reason != "" {
			return at, reason
		}
	}
	return "", ""
}

// fieldsOf are the paths of the fields, by their JSON names, down to those whose
// type is not Flux's own: a Duration, a label selector, the values of a chart.
func fieldsOf(typ reflect.Type, path string) []string {
	typ = element(typ)
	if !isFlux(typ) {
		return nil
	}
	var fields []string
	for i := range typ.NumField() {
		field := typ.Field(i)
		at := path
		if name := jsonName(field); name != "" {
			at += "." + name
			fields = append(fields, at)
		}
		fields = append(fields, fieldsOf(field.Type, at)...)
	}
	return fields
}

// walkSet notes the paths of the fields that hold something.
func walkSet(v reflect.Value, path string, set map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walkSet(v.Elem(), path, set)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkSet(v.Index(i), path, set)
		}
	case reflect.Struct:
		if !isFlux(v.Type()) {
			return
		}
		for i := range v.NumField() {
			at := path
			if name := jsonName(v.Type().Field(i)); name != "" {
				at += "." + name
				if v.Field(i).IsZero() {
					continue
				}
				set[at] = true
			}
			walkSet(v.Field(i), at, set)
		}
	}
}

func element(typ reflect.Type) reflect.Type {
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, typ.Kind()) {
		typ = typ.Elem()
	}
	return typ
}

func isFlux(typ reflect.Type) bool {
	return typ.Kind() == reflect.Struct && strings.HasPrefix(typ.PkgPath(), "github.com/fluxcd/")
}

// jsonName is empty for an embedded struct.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
