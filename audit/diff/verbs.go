package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// These are the ways in which a change can widen access.

func always(event) bool { return true }
func never(event) bool  { return false }

func added(e event) bool { return e.before == nil }

// gained is for what gives: anything new does.
func gained(e event) bool { return e.after != nil }

// lost is for what stops: anything that is gone or another no longer does.
func lost(e event) bool { return e.before != nil }

// limit is for a list of what is allowed, or a setting that limits: it widens when it
// is gone as a whole, when an entry is added, and when a value changes.
func limit(e event) bool {
	switch e.action() {
	case Added:
		return e.entry
	case Removed:
		return !e.entry
	}
	return true
}

// turnedOff is for a protection that is on or off.
func turnedOff(e event) bool { return e.before == true && e.after != true }

// lowered is for the Pod Security Standard of a Namespace.
func lowered(e event) bool {
	standards := []any{"baseline", "restricted"} // privileged and none are at -1
	return slices.Index(standards, e.after) < slices.Index(standards, e.before)
}

// raised is for quantities: more than before, or no limit any more.
func raised(e event) bool {
	if e.before == nil {
		return false
	}
	before, err := quantity(e.before)
	if err != nil {
		return e.after == nil // a list of quantities is gone; what is another one is compared item by item
	}
	after, err := quantity(e.after)
	return err != nil || after.Cmp(before) > 0
}

func quantity(value any) (resource.Quantity, error) { return resource.ParseQuantity(fmt.Sprint(value)) }

const aggregateTo = "rbac.authorization.k8s.io/aggregate-to-"

// addedToOthers is for a ClusterRole that is new and aggregated to others.
func addedToOthers(e event) bool {
	object, _ := e.after.(map[string]any)
	return e.before == nil && strings.Contains(encoded(object["metadata"]), aggregateTo)
}

// gainedAggregation is for a label that aggregates a ClusterRole to another.
func gainedAggregation(e event) bool {
	return e.after != nil && (strings.Contains(e.sub, aggregateTo) || strings.Contains(encoded(e.after), aggregateTo))
}

// lostLockdown is for a patch that may lock down Flux's controllers.
func lostLockdown(e event) bool {
	text := encoded(e.before)
	return e.before != nil && (strings.Contains(text, "Deployment") || strings.Contains(text, "NetworkPolicy"))
}

func encoded(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}
