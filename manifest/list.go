package manifest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// isList reports whether a document is a list of objects, as kubectl prints
// them: of kind List, or ConfigMapList and the like, with items.
func isList(v any) bool {
	m, _ := v.(map[any]any)
	apiVersion, _ := m["apiVersion"].(string)
	kind, _ := m["kind"].(string)
	_, ok := m["items"].([]any)
	return ok && apiVersion != "" && strings.HasSuffix(kind, "List")
}

// expand makes the items of the document, a list, the next objects.
func (d *Decoder) expand() error {
	m := maps.Clone(d.doc.Value().(map[any]any))
	items, apiVersion, kind := m["items"].([]any), m["apiVersion"].(string), m["kind"].(string)
	for _, known := range []string{"apiVersion", "kind", "metadata", "items"} {
		delete(m, known)
	}
	var errs []error
	for key := range m {
		errs = append(errs, fieldpath.At(fmt.Sprint(key), errors.New("unknown field of a list")))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if err := d.fail(kind, errs...); err != nil {
		return err
	}
	d.items, d.item = items, 0
	d.kind = schema.FromAPIVersionAndKind(apiVersion, strings.TrimSuffix(kind, "List"))
	return nil
}

// nextItem decodes the next item of the list.
func (d *Decoder) nextItem() (runtime.Object, error) {
	item, path := d.items[0], fmt.Sprintf("items[%d]", d.item)
	d.items, d.item = d.items[1:], d.item+1
	d.pos.Line = d.doc.LineOf(path)
	return d.object(item, path, d.kind)
}
