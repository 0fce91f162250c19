package tenancy

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A predicate is a requirement of a string, in Go and in CEL.
type predicate struct {
	holds func(value string, id Identity) bool
	cel   func(value string, limits Limits) string

	// secret keeps the value out of messages.
	secret bool
}

// ownNamespace holds for the namespace of the object itself, and for no namespace.
func ownNamespace() predicate {
	return predicate{
		holds: func(v string, id Identity) bool { return v == "" || v == id.Namespace },
		cel:   func(v string, _ Limits) string { return v + " in ['', request.namespace]" },
	}
}

// outsidePlatform holds for a namespace that is not the platform's.
func outsidePlatform() predicate {
	return predicate{
		holds: func(v string, id Identity) bool { return !id.Limits.isPlatform(v) },
		cel: func(v string, limits Limits) string {
			expression := "!" + v + ".matches(r'" + names.PlatformPattern + "')"
			if further := limits.further(); len(further) > 0 {
				expression += " && !(" + v + " in " + list(further) + ")"
			}
			return expression
		},
	}
}

// oneOf holds for the values.
func oneOf(values ...string) predicate {
	return predicate{
		holds: func(v string, _ Identity) bool { return slices.Contains(values, v) },
		cel:   func(v string, _ Limits) string { return v + " in " + list(values) },
	}
}

// noneOf holds for every other value.
func noneOf(values ...string) predicate {
	return predicate{
		holds: func(v string, _ Identity) bool { return !slices.Contains(values, v) },
		cel:   func(v string, _ Limits) string { return "!(" + v + " in " + list(values) + ")" },
	}
}

// atMost holds for a duration up to a bound. In CEL the value of an annotation is a
// string only once it is converted.
func atMost(bound time.Duration) predicate {
	return predicate{
		holds: func(v string, _ Identity) bool {
			d, err := time.ParseDuration(v)
			return err == nil && d <= bound
		},
		cel: func(v string, _ Limits) string {
			return "duration(string(" + v + ")) <= duration('" + bound.String() + "')"
		},
	}
}

// atLeast holds for a duration from a bound, and for 0s, which Flux reads as never.
func atLeast(bound time.Duration) predicate {
	return predicate{
		holds: func(v string, _ Identity) bool {
			d, err := time.ParseDuration(v)
			return err == nil && (d >= bound || d == 0)
		},
		cel: func(v string, _ Limits) string {
			return "duration(string(" + v + ")) >= duration('" + bound.String() + "') || duration(string(" + v + ")) == duration('0s')"
		},
	}
}

// Hosts within the cluster.
const localHost = `(localhost|127\.0\.0\.1|[a-z0-9.-]+\.svc(\.cluster\.local)?\.?)`

// encrypted holds for a URL that is not plain HTTP, and for one that stays in
// the cluster.
func encrypted() predicate {
	local := `^http://` + localHost + `(:[0-9]+)?(/.*)?$`
	matches := regexp.MustCompile(local).MatchString
	return predicate{
		holds: func(v string, _ Identity) bool {
			v = strings.ToLower(v)
			return !strings.HasPrefix(v, "http://") || matches(v)
		},
		cel: func(v string, _ Limits) string {
			return "!" + v + ".lowerAscii().startsWith('http://') || " + v + ".lowerAscii().matches(r'" + local + "')"
		},
		secret: true,
	}
}

// outsideFlux holds for the address of a host that is not a service in Flux's own
// namespace, under any of its names: one without a dot is a service there. The scheme
// is a regular expression for the text before the host.
func outsideFlux(scheme string) predicate {
	const rest = `\.?(:[0-9]+)?([/?#].*)?$`
	return outside(`^`+scheme+`localhost`+rest, func(namespace string) string {
		return `^` + scheme + `([^/]*@)?[a-z0-9-]+(\.` + namespace + `(\.svc[a-z0-9.-]*)?)?` + rest
	})
}

// imageOutsideFlux is outsideFlux for the name of an image, which has a host only if
// its first part has a dot or a port.
func imageOutsideFlux() predicate {
	return outside(`^localhost[:/]`, func(namespace string) string {
		return `^[a-z0-9-]+(\.?:[0-9]+|\.(` + namespace + `(\.svc[a-z0-9.-]*)?\.?)?(:[0-9]+)?)/`
	})
}

// outside holds for strings that match self, and for strings that do not match the
// other regular expression, given the name of Flux's namespace.
func outside(self string, within func(namespace string) string) predicate {
	inside := func(limits Limits) string { return within(regexp.QuoteMeta(limits.fluxNamespace())) }
	isSelf := regexp.MustCompile(self).MatchString
	standard := regexp.MustCompile(inside(Limits{})) // which almost everybody has
	return predicate{
		holds: func(v string, id Identity) bool {
			v = strings.ToLower(v)
			isInside := standard
			if id.Limits.FluxNamespace != "" {
				isInside = regexp.MustCompile(inside(id.Limits))
			}
			return isSelf(v) || !isInside.MatchString(v)
		},
		cel: func(v string, limits Limits) string {
			v += ".lowerAscii()"
			return v + ".matches(r'" + self + "') || !" + v + ".matches(r'" + inside(limits) + "')"
		},
		secret: true,
	}
}

// list is a list of string literals of CEL.
func list(values []string) string {
	return "['" + strings.Join(values, "', '") + "']"
}
