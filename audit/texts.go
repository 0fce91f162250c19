package audit

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// texts.yaml holds the CRDs' rules for texts in the specs of Flux and Capsule: by
// apiVersion and kind, and by field, the pattern that a text must match or its
// allowed values. The CRDs themselves take a hundred times the time and memory. A
// test writes it from them, and holds it to them.
//
//go:embed texts.yaml
var textsFile []byte

// A textRule is a CRD's rule for a value and the values in it.
type textRule struct {
	pattern *regexp.Regexp
	enum    []string
	fields  map[string]*textRule // "[]" is the items of a list, "{}" the values of a map
}

// textRules are those of each spec, by "apiVersion kind".
var textRules = sync.OnceValue(func() map[string]*textRule {
	var file map[string]map[string]struct {
		Pattern string   `json:"pattern"`
		Enum    []string `json:"enum"`
	}
	if err := yaml.UnmarshalStrict(textsFile, &file); err != nil {
		panic("audit: texts.yaml: " + err.Error()) // a test reads it
	}
	rules := map[string]*textRule{}
	for kind, fields := range file {
		spec := &textRule{}
		for path, is := range fields {
			rule := spec
			for step := range strings.SplitSeq(path, ".") {
				rule = rule.under(step)
			}
			rule.enum = is.Enum
			if is.Pattern != "" {
				rule.pattern = regexp.MustCompile(is.Pattern)
			}
		}
		rules[kind] = spec
	}
	return rules
})

func (r *textRule) under(step string) *textRule {
	if r.fields == nil {
		r.fields = map[string]*textRule{}
	}
	if r.fields[step] == nil {
		r.fields[step] = &textRule{}
	}
	return r.fields[step]
}

// refused adds the texts in a value that the CRD refuses. One with a variable is
// known only after Flux has replaced it.
func (r *textRule) refused(errs field.ErrorList, at *field.Path, value any) field.ErrorList {
	if r == nil {
		return errs
	}
	switch value := value.(type) {
	case string:
		if err := r.check(at, value); err != nil && !strings.Contains(value, "${") {
			errs = append(errs, err)
		}
	case []any:
		for i, item := range value {
			errs = r.fields["[]"].refused(errs, at.Index(i), item)
		}
	case map[string]any:
		for key, item := range value {
			if rule, ok := r.fields[key]; ok {
				errs = rule.refused(errs, at.Child(key), item)
			} else if rule, ok := r.fields["{}"]; ok {
				errs = rule.refused(errs, at.Key(key), item)
			}
		}
	}
	return errs
}

func (r *textRule) check(at *field.Path, text string) *field.Error {
	switch {
	case r.pattern != nil && !r.pattern.MatchString(text):
		return field.Invalid(at, text, "must match "+r.pattern.String())
	case r.enum != nil && !slices.Contains(r.enum, text):
		return field.NotSupported(at, text, r.enum)
	}
	return nil
}
