package apply

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// String returns the changes as one unified diff, empty if there are none.
func (c Changes) String() string {
	var text strings.Builder
	for _, change := range c {
		text.WriteString(change.String())
	}
	return text.String()
}

// String returns the change as a unified diff of YAML.
func (c Change) String() string {
	from, to := c.Object.String(), c.Object.String()
	if c.Before == nil {
		from = "/dev/null"
	}
	if c.After == nil {
		to = "/dev/null"
	}
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: lines(c.Before), FromFile: from, B: lines(c.After), ToFile: to, Context: 3,
	})
	if err != nil {
		return fmt.Sprintf("%s: %v\n", c.Object, err)
	}
	return text
}

func lines(obj *unstructured.Unstructured) []string {
	if obj == nil {
		return nil
	}
	var text bytes.Buffer
	if err := manifest.Write(&text, obj); err != nil {
		return []string{err.Error() + "\n"}
	}
	return slices.Collect(strings.Lines(text.String()))
}

// serverSet is the metadata that the API server sets.
var serverSet = []string{"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"}

// plain returns a copy without the fields that the API server sets.
func plain(obj *unstructured.Unstructured) *unstructured.Unstructured {
	obj = obj.DeepCopy()
	delete(obj.Object, "status")
	for _, name := range serverSet {
		unstructured.RemoveNestedField(obj.Object, "metadata", name)
	}
	return obj
}

// redacted replaces the values of Secrets.
func redacted(change Change) Change {
	if change.Object.Kind.Kind != "Secret" {
		return change
	}
	for _, obj := range []*unstructured.Unstructured{change.Before, change.After} {
		for _, name := range []string{"data", "stringData"} {
			if obj == nil {
				continue
			}
			values, _, _ := unstructured.NestedMap(obj.Object, name)
			for key := range values {
				_ = unstructured.SetNestedField(obj.Object, "[redacted]", name, key)
			}
		}
	}
	return change
}

// fields returns the paths at which two objects differ, in order. Lists are compared
// as a whole.
func fields(before, after map[string]any) []string {
	var paths []string
	for _, key := range slices.Sorted(maps.Keys(union(before, after))) {
		first, second := before[key], after[key]
		firstMap, ok1 := first.(map[string]any)
		secondMap, ok2 := second.(map[string]any)
		switch {
		case ok1 && ok2:
			for _, path := range fields(firstMap, secondMap) {
				paths = append(paths, key+"."+path)
			}
		case !reflect.DeepEqual(first, second):
			paths = append(paths, key)
		}
	}
	return paths
}

func union(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	if all == nil {
		return b
	}
	maps.Copy(all, b)
	return all
}
