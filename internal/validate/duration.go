package validate

import (
	"regexp"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var (
	duration      = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`)
	durationNoHrs = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(ms|s|m))+$`)
)

// Duration checks a duration against the pattern of most of Flux's durations:
// positive, and not finer than a millisecond.
func Duration(path *field.Path, d metav1.Duration) field.ErrorList {
	if d.Duration <= 0 {
		return field.ErrorList{field.Invalid(path, d.Duration.String(), "must be greater than 0s")}
	}
	if d.Duration%time.Millisecond != 0 && !duration.MatchString(d.Duration.String()) {
		return field.ErrorList{field.Invalid(path, d.Duration.String(), "must be in whole milliseconds or more: it is matched against "+duration.String())}
	}
	return nil
}

// OptionalDuration is Duration for a pointer that may be nil.
func OptionalDuration(path *field.Path, d *metav1.Duration) field.ErrorList {
	if d == nil {
		return nil
	}
	return Duration(path, *d)
}

// OptionalTimeout checks a timeout of Flux's sources, ImageRepository and
// Provider, whose pattern has no hours: Go prints 60 minutes as 1h0m0s, which
// the API server then rejects.
func OptionalTimeout(path *field.Path, d *metav1.Duration) field.ErrorList {
	if errs := OptionalDuration(path, d); d == nil || len(errs) > 0 {
		return errs
	}
	if d.Duration >= time.Hour && !durationNoHrs.MatchString(d.Duration.String()) {
		return field.ErrorList{field.Invalid(path, d.Duration.String(), "must be less than 1h: it is matched against "+durationNoHrs.String())}
	}
	return nil
}
