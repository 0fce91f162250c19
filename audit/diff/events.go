package diff

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
)

// An event is a field that differs.
type event struct {
	path          string // from the object
	before, after any    // nil if it is absent

	// kinds are those of the object and of the objects written in it that the field
	// lies in; sub is the path from the innermost, without indices.
	kinds []groupKind
	sub   string

	// entry is set for an entry of a list.
	entry bool

	// within is set for a part of a field that is added or removed as a whole, and
	// wholly if that is the innermost object.
	within, wholly bool
}

type groupKind struct{ group, kind string }

// kind returns the innermost object's.
func (e event) kind() groupKind { return e.kinds[len(e.kinds)-1] }

func (e event) action() Action {
	switch {
	case e.before == nil:
		return Added
	case e.after == nil:
		return Removed
	}
	return Changed
}

// compareObjects returns the fields that differ. Of an object that is added or removed
// the first event is the object itself.
func compareObjects(p pair) []event {
	var w walker
	var before, after any // without a type, so that what is absent is nil
	if p.before != nil {
		before = withoutStatus(p.before.Content)
	}
	if p.after != nil {
		after = withoutStatus(p.after.Content)
	}
	kind := keyOf(p.shown())
	w.walk(event{before: before, after: after, kinds: []groupKind{{kind.group, kind.kind}}})
	return w.events
}

func withoutStatus(content map[string]any) map[string]any {
	content = maps.Clone(content)
	delete(content, "status")
	return content
}

type walker struct{ events []event }

// walk compares two values. A value that is absent on one side is one event, and
// those within it follow.
func (w *walker) walk(e event) {
	if reflect.DeepEqual(e.before, e.after) {
		return
	}
	if kind, ok := kindOf(e.before, e.after); ok && e.path != "" {
		e.kinds, e.sub, e.wholly = append(slices.Clone(e.kinds), kind), "", false
	}
	if e.before == nil || e.after == nil {
		w.events = append(w.events, e)
		e.within, e.wholly = true, e.wholly || e.sub == ""
	}
	beforeMap, isMap := e.before.(map[string]any)
	afterMap, becomesMap := e.after.(map[string]any)
	beforeList, isList := e.before.([]any)
	afterList, becomesList := e.after.([]any)
	switch {
	case (isMap || e.before == nil) && (becomesMap || e.after == nil):
		w.maps(e, beforeMap, afterMap)
	case (isList || e.before == nil) && (becomesList || e.after == nil):
		w.lists(e, beforeList, afterList)
	case e.before != nil && e.after != nil:
		w.events = append(w.events, e)
	}
}

func (w *walker) maps(e event, before, after map[string]any) {
	for _, name := range sets.List(sets.KeySet(before).Union(sets.KeySet(after))) {
		child := event{before: before[name], after: after[name], kinds: e.kinds, within: e.within, wholly: e.wholly}
		child.path, child.sub = join(e.path, name), join(e.sub, name)
		w.walk(child)
	}
}

func (w *walker) lists(e event, before, after []any) {
	for _, m := range matchItems(before, after) {
		child := event{kinds: e.kinds, within: e.within, wholly: e.wholly, sub: e.sub, entry: true, path: e.path + "[" + strconv.Itoa(max(m.after, m.before)) + "]"}
		if m.before >= 0 {
			child.before = before[m.before]
		}
		if m.after >= 0 {
			child.after, child.path = after[m.after], e.path+"["+strconv.Itoa(m.after)+"]"
		}
		w.walk(child)
	}
}

// join adds a name to a path; one that is not plain is written in brackets.
func join(path, name string) string {
	switch {
	case strings.ContainsAny(name, "./[]"):
		return path + "[" + name + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

// kindOf returns the kind of an object.
func kindOf(values ...any) (groupKind, bool) {
	for _, value := range values {
		object, _ := value.(map[string]any)
		version, _ := object["apiVersion"].(string)
		kind, _ := object["kind"].(string)
		if version == "" || kind == "" || object["metadata"] == nil && object["spec"] == nil {
			continue
		}
		return groupKind{groupOf(version), kind}, true
	}
	return groupKind{}, false
}
