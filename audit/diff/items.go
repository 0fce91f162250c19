package diff

import (
	"fmt"
	"reflect"
	"slices"
)

// indices are the places of one item of a list before and after; -1 if it is absent.
type indices struct{ before, after int }

// matchItems pairs the items of two lists: by name, then equal ones and then, if both
// sides have the same number left, the rest in order.
func matchItems(before, after []any) []indices {
	var found []indices
	was, is := count(before), count(after)
	if len(was)*len(is) > maxPairs {
		was, is = nil, nil // too long to search: item by item
		for i := range max(len(before), len(after)) {
			found = append(found, indices{within(i, before), within(i, after)})
		}
	}
	take := func(alike func(a, b any) bool) {
		was = slices.DeleteFunc(was, func(i int) bool {
			at := slices.IndexFunc(is, func(j int) bool { return alike(before[i], after[j]) })
			if at < 0 {
				return false
			}
			found = append(found, indices{i, is[at]})
			is = slices.Delete(is, at, at+1)
			return true
		})
	}
	take(reflect.DeepEqual)
	take(func(a, b any) bool { return nameOf(a) != "" && nameOf(a) == nameOf(b) })
	if len(was) == len(is) {
		take(func(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) })
	}
	for _, i := range was {
		found = append(found, indices{i, -1})
	}
	for _, j := range is {
		found = append(found, indices{-1, j})
	}
	slices.SortStableFunc(found, func(a, b indices) int { return max(a.after, a.before) - max(b.after, b.before) })
	return found
}

// maxPairs bounds the time for two lists.
const maxPairs = 1 << 20

// within returns i, or -1 if the list is shorter.
func within(i int, list []any) int {
	if i >= len(list) {
		return -1
	}
	return i
}

func count(list []any) []int {
	all := make([]int, len(list))
	for i := range all {
		all[i] = i
	}
	return all
}

// nameOf returns the identity of a list item (an owner, a subject, a container, an
// object): its kind, namespace and name.
func nameOf(item any) string {
	fields, _ := item.(map[string]any)
	metadata, _ := fields["metadata"].(map[string]any)
	name, _ := fields["name"].(string)
	if metadata != nil {
		name, _ = metadata["name"].(string)
	}
	if name == "" {
		return ""
	}
	return fmt.Sprint(fields["kind"], " ", fields["namespace"], " ", name)
}
