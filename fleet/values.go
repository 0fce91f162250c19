package fleet

import (
	"maps"
	"slices"
)

// Values are values of a Helm chart, of the types of YAML and JSON: nested maps and
// lists. It is a map[string]any with DeepCopy.
type Values map[string]any

// DeepCopy copies nested maps and lists of type any. Other values, which JSON does
// not have, are shared with the copy.
func (v Values) DeepCopy() Values {
	if v == nil {
		return nil
	}
	return copied(map[string]any(v)).(map[string]any)
}

// DeepCopyInto is DeepCopy for generated code.
func (v Values) DeepCopyInto(out *Values) { *out = v.DeepCopy() }

func copied(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clone := maps.Clone(value)
		for key, inner := range clone {
			clone[key] = copied(inner)
		}
		return clone
	case []any:
		clone := slices.Clone(value)
		for i, inner := range clone {
			clone[i] = copied(inner)
		}
		return clone
	}
	return value
}
