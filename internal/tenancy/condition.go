package tenancy

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A condition is a requirement for an object to stay within its tenant. It is
// evaluated in Go and rendered as CEL; a fuzz test checks that the two agree on every
// object that the CRD accepts.
type condition interface {
	// faults lists the fields that do not meet the condition. The caller fills
	// in the detail.
	faults(object map[string]any, id Identity) field.ErrorList

	// cel is an expression of the API server's CEL that is true if the condition is met.
	cel(limits Limits) string

	// paths are the fields that the condition reads.
	paths() []path
}

// named is met if the string is set and not empty.
type named path

func (n named) faults(object map[string]any, _ Identity) field.ErrorList {
	for _, v := range path(n).values(object) {
		if v.is != "" {
			return nil
		}
	}
	return field.ErrorList{field.Required(path(n).field(), "")}
}

func (n named) cel(Limits) string { return path(n).optional() + ".orValue('') != ''" }
func (n named) paths() []path     { return []path{path(n)} }

// unnamed is met if the string is missing or empty.
type unnamed path

func (u unnamed) faults(object map[string]any, _ Identity) field.ErrorList {
	return forbidden(path(u), object, "")
}

func (u unnamed) cel(Limits) string { return path(u).optional() + ".orValue('') == ''" }
func (u unnamed) paths() []path     { return []path{path(u)} }

// off is met if the bool is missing or false.
type off path

func (o off) faults(object map[string]any, _ Identity) field.ErrorList {
	return forbidden(path(o), object, false)
}

func (o off) cel(Limits) string { return "!" + path(o).optional() + ".orValue(false)" }
func (o off) paths() []path     { return []path{path(o)} }

// on is met if the bool is true.
type on path

func (o on) faults(object map[string]any, id Identity) field.ErrorList {
	if len(off(o).faults(object, id)) > 0 {
		return nil
	}
	return field.ErrorList{field.Required(path(o).field(), "")}
}

func (o on) cel(Limits) string { return path(o).optional() + ".orValue(false)" }
func (o on) paths() []path     { return []path{path(o)} }

// present is met if the field is set, with any value.
type present path

func (p present) faults(object map[string]any, _ Identity) field.ErrorList {
	if len(path(p).values(object)) > 0 {
		return nil
	}
	return field.ErrorList{field.Required(path(p).field(), "")}
}

func (p present) cel(Limits) string { return path(p).optional() + ".hasValue()" }
func (p present) paths() []path     { return []path{path(p)} }

// absent is met if the field is missing.
type absent path

func (a absent) faults(object map[string]any, _ Identity) field.ErrorList {
	return forbidden(path(a), object, nil)
}

func (a absent) cel(Limits) string { return "!" + path(a).optional() + ".hasValue()" }
func (a absent) paths() []path     { return []path{path(a)} }

// forbidden lists the values at a path other than the one that is fine.
func forbidden(p path, object map[string]any, fine any) field.ErrorList {
	var errs field.ErrorList
	for _, v := range p.values(object) {
		if v.is != fine {
			errs = append(errs, field.Forbidden(v.at(), ""))
		}
	}
	return errs
}

// every is met if each value at the path meets the predicate. A missing value meets
// every predicate.
type every struct {
	path path
	is   predicate
}

func (e every) faults(object map[string]any, id Identity) field.ErrorList {
	var errs field.ErrorList
	for _, v := range e.path.values(object) {
		text, ok := v.is.(string)
		switch {
		case ok && e.is.holds(text, id):
		case e.is.secret:
			errs = append(errs, field.Forbidden(v.at(), ""))
		default:
			errs = append(errs, field.Invalid(v.at(), v.is, ""))
		}
	}
	return errs
}

func (e every) cel(limits Limits) string {
	list, within, ok := e.path.cutList()
	if !ok {
		return e.path.optional() + ".optMap(v, " + e.is.cel("v", limits) + ").orValue(true)"
	}
	return list.optional() + ".orValue([]).all(item, item" + strings.TrimPrefix(within.optional(), "object") +
		".optMap(v, " + e.is.cel("v", limits) + ").orValue(true))"
}

func (e every) paths() []path { return []path{e.path} }

// either is met if one of the conditions is. If none is, the last one reports its
// fault.
type either []condition

func (e either) faults(object map[string]any, id Identity) (errs field.ErrorList) {
	for _, c := range e {
		if errs = c.faults(object, id); len(errs) == 0 {
			return nil
		}
	}
	return errs
}

func (e either) cel(limits Limits) string {
	var terms []string
	for _, c := range e {
		switch term := c.cel(limits); term {
		case "true":
			return term
		case "false":
		default:
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, " || ")
}

func (e either) paths() []path { return pathsOf(e) }

// both is met if all of the conditions are.
type both []condition

func (b both) faults(object map[string]any, id Identity) (errs field.ErrorList) {
	for _, c := range b {
		errs = append(errs, c.faults(object, id)...)
	}
	return errs
}

func (b both) cel(limits Limits) string {
	var terms []string
	for _, c := range b {
		terms = append(terms, c.cel(limits))
	}
	return "(" + strings.Join(terms, " && ") + ")"
}

func (b both) paths() []path { return pathsOf(b) }

func pathsOf(conditions []condition) []path {
	var paths []path
	for _, c := range conditions {
		paths = append(paths, c.paths()...)
	}
	return paths
}

// allowed is met if the platform's limits allow it.
type allowed func(Limits) bool

func (a allowed) faults(_ map[string]any, id Identity) field.ErrorList {
	if a(id.Limits) {
		return nil
	}
	return field.ErrorList{field.Forbidden(nil, "")}
}

func (a allowed) cel(limits Limits) string {
	if a(limits) {
		return "true"
	}
	return "false"
}

func (allowed) paths() []path { return nil }
