package buildtest

import "testing"

// A Rejection is a row of what is rejected: the object as it would have been
// built, what is said of it, and why the API server would accept it, if it would.
type Rejection struct {
	Row      string   `json:"row"`
	Faults   []string `json:"faults"`
	Stricter string   `json:"stricter,omitempty"`
	Object   any      `json:"object"`
}

// Rejections are the rows of what is rejected, for tests that ask a real API
// server about the same objects.
func (k Kind[T]) Rejections(t *testing.T) []Rejection {
	t.Helper()
	var list []Rejection
	for _, row := range k.Refuses {
		obj := k.completed(t, k.Changed(t, row.Change))
		list = append(list, Rejection{row.Name, row.Faults, row.Stricter, obj})
	}
	return list
}
