package model

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// maxRendered bounds the objects of one ResourceSet.
const maxRendered = 10_000

// rendered returns the objects that a ResourceSet of the Flux Operator makes, and
// why some of them are not known.
func rendered(o *Object, set *Set) (objects []*Object, reason error) {
	inputs, reason := inputsOf(o, set)
	for _, list := range resourceLists(o) {
		if len(objects)+len(inputs)*(len(list.resources)+strings.Count(list.template, "\n---")+1) > maxRendered {
			return objects, fmt.Errorf("makes more than %d objects", maxRendered)
		}
		for _, input := range inputs {
			for i, resource := range list.resources {
				made, err := replaced(resource, input)
				if err != nil {
					reason = err
				} else if content, ok := made.(map[string]any); ok {
					objects = append(objects, o.within(content, Index(list.field, i)))
				}
			}
			made, err := list.parse(o, input)
			if err != nil {
				reason = err
			}
			objects = append(objects, made...)
		}
	}
	return objects, reason
}

// A resourceList is one list of resources of a ResourceSet, and the template
// beside it.
type resourceList struct {
	field, template string
	resources       []any
}

func resourceLists(o *Object) []resourceList {
	spec, _ := o.Raw["spec"].(map[string]any)
	list := func(prefix string, from map[string]any) resourceList {
		resources, _ := from["resources"].([]any)
		template, _ := from["resourcesTemplate"].(string)
		return resourceList{prefix + "resources", template, resources}
	}
	lists := []resourceList{list("spec.", spec)}
	steps, _ := spec["steps"].([]any)
	for i, step := range steps {
		if from, ok := step.(map[string]any); ok {
			lists = append(lists, list(Index("spec.steps", i)+".", from))
		}
	}
	return lists
}

// parse returns the objects of the template.
func (l resourceList) parse(o *Object, input map[string]any) ([]*Object, error) {
	if l.template == "" {
		return nil, nil
	}
	text, err := replacedText(l.template, input)
	if err != nil {
		return nil, err
	}
	var objects []*Object
	decoder := manifest.NewDecoder(strings.NewReader(text), nil)
	for {
		object, err := decoder.Decode()
		if err == io.EOF {
			return objects, nil
		}
		if err != nil {
			return objects, fmt.Errorf("its template does not give objects: %w", err)
		}
		if u, ok := object.(*unstructured.Unstructured); ok {
			objects = append(objects, o.within(u.Object, l.field+"Template"))
		}
	}
}

// within returns an object that is written in a field of another one.
func (o *Object) within(content map[string]any, field string) *Object {
	made := NewObject(&unstructured.Unstructured{Object: content}, o.File, o.Line)
	made.Within, made.At = o, field
	return made
}

// template matches one of flux-operator's templates.
var template = regexp.MustCompile(`<<-?\s*(.*?)\s*-?>>`)

// simple matches an expression that is an input, perhaps quoted.
var simple = regexp.MustCompile(`^inputs((?:\.\w+)+)(?:\s*\|\s*(quote|int|toString))?$`)

// replaced returns a copy of a resource with the values of an input. A text that is
// one expression gets the type that YAML gives its value.
func replaced(value any, input map[string]any) (any, error) {
	switch value := value.(type) {
	case string:
		if !strings.Contains(value, "<<") {
			return value, nil
		}
		text, err := replacedText(value, input)
		if err != nil || template.FindString(value) != value {
			return text, err
		}
		var scalar any
		if yaml.Unmarshal([]byte(text), &scalar) != nil {
			return text, nil //nolint:nilerr // text that is not YAML stays text
		}
		return scalar, nil
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			made, err := replaced(item, input)
			if err != nil {
				return nil, err
			}
			items[i] = made
		}
		return items, nil
	case map[string]any:
		fields := make(map[string]any, len(value))
		for key, item := range value {
			name, err := replacedText(key, input)
			if err != nil {
				return nil, err
			}
			if fields[name], err = replaced(item, input); err != nil {
				return nil, err
			}
		}
		return fields, nil
	}
	return value, nil
}

func replacedText(text string, input map[string]any) (string, error) {
	var failed error
	made := template.ReplaceAllStringFunc(text, func(match string) string {
		code := template.FindStringSubmatch(match)[1]
		parts := simple.FindStringSubmatch(code)
		if parts == nil {
			failed = cmp.Or(failed, fmt.Errorf("the template << %s >> is not evaluated here", code))
			return match
		}
		value, ok, err := unstructured.NestedFieldNoCopy(input, strings.Split(parts[1], ".")[1:]...)
		if !ok || err != nil {
			failed = cmp.Or(failed, fmt.Errorf("the input %s is not in the set", strings.TrimPrefix(parts[1], ".")))
			return match
		}
		if parts[2] == "quote" {
			return fmt.Sprintf("%q", fmt.Sprint(value))
		}
		return fmt.Sprint(value)
	})
	return made, failed
}
