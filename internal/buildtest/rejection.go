package buildtest

import "testing"

// A Rejection is a rejected object, its faults, and the reason if the API server
// would accept it.
type Rejection struct {
	Row      string   `json:"row"`
	Faults   []string `json:"faults"`
	Stricter string   `json:"stricter,omitempty"`
	Object   any      `json:"object"`
}

// Rejections returns the rejected objects, for tests that send them to a real API
// server.
func (k Kind[T]) Rejections(t *testing.T) []Rejection {
	t.Helper()
	var list []Rejection
	for _, row := range k.Refuses {
		obj := k.completed(t, k.Changed(t, row.Change))
		list = append(list, Rejection{row.Name, row.Faults, row.Stricter, obj})
	}
	return list
}
