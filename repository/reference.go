package repository

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// A use is what a kustomization does with a file that it names.
type use int

const (
	asBase   use = iota // a file with objects, or a folder
	asConfig            // a file with the configuration of a plugin, or such text
	asPatch             // a file with a patch, or such text
	asParsed            // any other file that is parsed
	asRaw               // a file whose content becomes a value
)

// A reference is a file or folder that a kustomization names, or text in its place.
type reference struct {
	field string // such as patches[].path
	text  string
	how   use
}

// listReferences are the fields that are lists of references.
var listReferences = []struct {
	field string
	how   use
}{
	{"resources", asBase}, {"bases", asBase}, {"components", asBase},
	{"generators", asConfig}, {"transformers", asConfig}, {"validators", asConfig},
	{"configurations", asParsed}, {"crds", asParsed},
	{"patchesStrategicMerge", asPatch},
}

// eachReference calls visit for each reference of a kustomization and replaces the
// reference by the result. If visit returns false, the list entry with the reference
// is removed.
func eachReference(fields map[string]any, visit func(reference) (string, bool)) {
	for _, list := range listReferences {
		if items, ok := fields[list.field].([]any); ok {
			fields[list.field] = filter(items, func(item any) (any, bool) {
				text, ok := item.(string)
				if !ok {
					return item, true
				}
				return visit(reference{list.field, text, list.how})
			})
		}
	}
	for _, field := range []string{"patches", "patchesJson6902", "replacements"} {
		how := asPatch
		if field == "replacements" {
			how = asParsed
		}
		eachMap(fields, field, func(item map[string]any) bool { return visitKey(item, field+"[].", "path", how, visit) })
	}
	for _, field := range []string{"configMapGenerator", "secretGenerator"} {
		eachMap(fields, field, func(item map[string]any) bool {
			visitGenerator(item, field+"[].", visit)
			return true
		})
	}
	if openapi, ok := fields["openapi"].(map[string]any); ok && !visitKey(openapi, "openapi.", "path", asParsed, visit) {
		delete(fields, "openapi")
	}
}

// visitGenerator visits the files of a generator. Removing one keeps the others.
func visitGenerator(item map[string]any, prefix string, visit func(reference) (string, bool)) {
	for _, list := range []string{"files", "envs"} {
		items, ok := item[list].([]any)
		if !ok {
			continue
		}
		item[list] = filter(items, func(entry any) (any, bool) {
			text, ok := entry.(string)
			if !ok {
				return entry, true
			}
			key, file, named := strings.Cut(text, "=")
			if !named || list == "envs" {
				return visit(reference{prefix + list, text, asRaw})
			}
			file, keep := visit(reference{prefix + list, file, asRaw})
			return key + "=" + file, keep
		})
	}
	if !visitKey(item, prefix, "env", asRaw, visit) {
		delete(item, "env")
	}
}

// visitKey visits the reference under a key, and reports whether to keep it.
func visitKey(item map[string]any, prefix, key string, how use, visit func(reference) (string, bool)) bool {
	text, ok := item[key].(string)
	if !ok || text == "" {
		return true
	}
	text, keep := visit(reference{prefix + key, text, how})
	item[key] = text
	return keep
}

// eachMap calls visit for each mapping of a list, and removes those for which it
// returns false.
func eachMap(fields map[string]any, field string, visit func(map[string]any) bool) {
	if items, ok := fields[field].([]any); ok {
		fields[field] = slices.DeleteFunc(items, func(item any) bool {
			m, ok := item.(map[string]any)
			return ok && !visit(m)
		})
	}
}

// filter replaces each item, or removes it.
func filter(items []any, visit func(any) (any, bool)) []any {
	kept := []any{}
	for _, item := range items {
		if replaced, keep := visit(item); keep {
			kept = append(kept, replaced)
		}
	}
	return kept
}

// isURL reports whether kustomize fetches a file from an address.
func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// fetched returns an address in any field of a plugin's configuration.
func fetched(value any) string {
	switch value := value.(type) {
	case string:
		_, file, _ := strings.Cut(value, "=")
		if isURL(value) || isURL(file) {
			return value
		}
	case []any:
		for _, item := range value {
			if address := fetched(item); address != "" {
				return address
			}
		}
	case map[any]any:
		for key, item := range value {
			if address := fetched(item); address != "" {
				return fmt.Sprintf("%v: %s", key, address)
			}
		}
	}
	return ""
}
