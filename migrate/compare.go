package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A comparison names every field in which an existing object differs from what is
// built in its place. It knows no kinds and no fields: what is neither equal nor
// set by the API server is named.
type comparison struct {
	reasons map[string]string // by field
	report  func(field, text string)
}

// noField is the default reason why a field is lost.
const noField = "tenant.Spec has no field for it; set it on the built object, as fleet.Fleet.Customize can"

// compare compares an object with what is built. Both are read into the type of
// what is built, so that two spellings of a quantity or a duration are equal; what
// that type has no field for is named too.
func (c comparison) compare(had *existing, built client.Object, forget func(map[string]any)) error {
	has, err := toMap(built)
	if err != nil {
		return err
	}
	raw, err := fromJSON(had.json)
	if err != nil {
		return err
	}
	typed := raw
	value := reflect.New(reflect.TypeOf(built).Elem()).Interface()
	if json.Unmarshal(had.json, value) == nil {
		if typed, err = toMap(value); err != nil {
			return err
		}
	}
	for _, content := range []map[string]any{has, raw, typed} {
		withoutServer(content)
		forget(content)
	}
	c.unknown("", raw, typed)
	c.maps("", typed, has)
	return nil
}

// withoutServer drops the fields that the API server, a controller or kubectl sets.
func withoutServer(content map[string]any) {
	delete(content, "apiVersion")
	delete(content, "status")
	metadata, _ := content["metadata"].(map[string]any)
	for _, key := range []string{"creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"} {
		delete(metadata, key)
	}
	if annotations, _ := metadata["annotations"].(map[string]any); annotations != nil {
		delete(annotations, lastApplied)
	}
}

// unknown names the fields that today's type does not have.
func (c comparison) unknown(path string, raw, typed any) {
	switch raw := raw.(type) {
	case map[string]any:
		known, _ := typed.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(raw)) {
			if value, ok := known[key]; ok {
				c.unknown(child(path, key), raw[key], value)
			} else if !empty(raw[key]) {
				c.say(child(path, key), "is not carried over: "+text(raw[key]), "the version of today has no such field")
			}
		}
	case []any:
		known, _ := typed.([]any)
		for n := range min(len(raw), len(known)) {
			c.unknown(fmt.Sprintf("%s[%d]", path, n), raw[n], known[n])
		}
	}
}

// empty reports whether a value is one that a type with omitempty leaves out.
func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case json.Number:
		return value == "0"
	case map[string]any:
		return !slices.ContainsFunc(slices.Collect(maps.Values(value)), func(v any) bool { return !empty(v) })
	case []any:
		return len(value) == 0
	}
	return false
}

func (c comparison) maps(path string, had, has map[string]any) {
	keys := map[string]bool{}
	for key := range had {
		keys[key] = true
	}
	for key := range has {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		old, was := had[key]
		now, is := has[key]
		c.values(child(path, key), old, was, now, is)
	}
}

func (c comparison) values(path string, had any, was bool, has any, is bool) {
	if was == is && (reflect.DeepEqual(had, has) || had == nil && empty(has) || has == nil && empty(had)) {
		return
	}
	oldMap, oldIsMap := had.(map[string]any)
	newMap, newIsMap := has.(map[string]any)
	if (oldIsMap || !was) && (newIsMap || !is) && len(oldMap)+len(newMap) > 0 {
		c.maps(path, oldMap, newMap)
		return
	}
	oldList, oldIsList := had.([]any)
	newList, newIsList := has.([]any)
	switch {
	case oldIsList && newIsList:
		c.lists(path, oldList, newList)
	case !is:
		c.say(path, "is not carried over: "+text(had), noField)
	case !was:
		c.say(path, "is added: "+text(has), "")
	default:
		c.say(path, "becomes "+text(has)+", was "+text(had), "")
	}
}

func (c comparison) lists(path string, had, has []any) {
	if len(had) == len(has) {
		for n := range had {
			c.values(fmt.Sprintf("%s[%d]", path, n), had[n], true, has[n], true)
		}
		return
	}
	named := false
	for n, item := range had {
		if !contains(has, item) {
			c.say(fmt.Sprintf("%s[%d]", path, n), "is not carried over: "+text(item), noField)
			named = true
		}
	}
	for n, item := range has {
		if !contains(had, item) {
			c.say(fmt.Sprintf("%s[%d]", path, n), "is added: "+text(item), "")
			named = true
		}
	}
	if !named {
		c.say(path, "becomes "+text(has)+", was "+text(had), "")
	}
}

func contains(list []any, item any) bool {
	return slices.ContainsFunc(list, func(other any) bool { return reflect.DeepEqual(other, item) })
}

// say reports a difference with the reason recorded for its field or for a field
// above it.
func (c comparison) say(path, what, reason string) {
	for field, known := range c.reasons {
		if path == field || strings.HasPrefix(path, field+".") || strings.HasPrefix(path, field+"[") {
			reason = known
		}
	}
	if reason != "" {
		what += " (" + reason + ")"
	}
	c.report(path, what)
}

func child(path, key string) string {
	if strings.ContainsAny(key, "./[]") {
		return path + "[" + key + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// longest is the length of a value in a report, in bytes.
const longest = 120

var credentials = regexp.MustCompile(`://[^/@\s"]*:[^/@\s"]*@`)

// text is a value as JSON, cut, without the credentials of a URL.
func text(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	line := credentials.ReplaceAllString(string(data), "://REDACTED@")
	if len(line) > longest {
		line = strings.ToValidUTF8(line[:longest], "") + "..."
	}
	return line
}

func toMap(value any) (map[string]any, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return fromJSON(data)
}

func fromJSON(data []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var content map[string]any
	return content, decoder.Decode(&content)
}
