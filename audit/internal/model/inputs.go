package model

import (
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// inputsOf returns the inputs for which a ResourceSet makes its objects: one empty
// input if it asks for none.
func inputsOf(o *Object, set *Set) (inputs []map[string]any, reason error) {
	var spec struct {
		Inputs     []map[string]any `json:"inputs"`
		InputsFrom []struct {
			Name     string                `json:"name"`
			Selector *metav1.LabelSelector `json:"selector"`
		} `json:"inputsFrom"`
		InputStrategy struct {
			Name string `json:"name"`
		} `json:"inputStrategy"`
	}
	content, _ := o.Raw["spec"].(map[string]any)
	some := map[string]any{}
	for _, field := range []string{"inputs", "inputsFrom", "inputStrategy"} {
		if value, ok := content[field]; ok {
			some[field] = value
		}
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(some, &spec); err != nil {
		return nil, fmt.Errorf("its inputs cannot be read: %w", err)
	}
	switch {
	case len(spec.Inputs)+len(spec.InputsFrom) == 0:
		return []map[string]any{{}}, nil
	case spec.InputStrategy.Name != "" && spec.InputStrategy.Name != "Flatten":
		return nil, errors.New("combines its inputs by " + spec.InputStrategy.Name)
	}
	inputs = spec.Inputs
	for _, from := range spec.InputsFrom {
		found := false
		for _, provider := range set.Objects {
			if provider.GroupKind != InputProviderKind || provider.Ref.Namespace != o.Ref.Namespace || !selected(provider, from.Name, from.Selector) {
				continue
			}
			found = true
			values, static := staticInput(provider)
			if !static {
				reason = fmt.Errorf("the inputs of %s come from outside of the set", provider.Ref)
				continue
			}
			inputs = append(inputs, values)
		}
		if !found {
			reason = errors.New("an input provider is not in the set")
		}
	}
	return inputs, reason
}

func selected(provider *Object, name string, selector *metav1.LabelSelector) bool {
	if selector == nil {
		return provider.Ref.Name == name
	}
	match, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && match.Matches(labels.Set(provider.Meta.GetLabels()))
}

// staticInput returns the input of a provider that has it in its spec.
func staticInput(provider *Object) (map[string]any, bool) {
	spec, _ := provider.Content()["spec"].(map[string]any)
	values, ok := spec["defaultValues"].(map[string]any)
	return values, ok && spec["type"] == "Static"
}
