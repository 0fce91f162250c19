package schema

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// A Target is the versions of Flux and Capsule that an object is for. The zero
// Target is the versions that this module is built with.
type Target struct {
	// FluxVersion is the version of Flux, such as "2.9" or "v2.9.4". By default it is
	// the one whose types this module builds. The patch version is ignored.
	FluxVersion string `json:"fluxVersion,omitempty"`

	// CapsuleVersion is the version of Capsule, such as "0.14" or "0.14.0", likewise.
	CapsuleVersion string `json:"capsuleVersion,omitempty"`
}

// Targets returns targets that contain every supported version of Flux and of
// Capsule, the oldest first.
func Targets() []Target {
	flux, capsule := versions.Of(versions.Flux), versions.Of(versions.Capsule)
	targets := make([]Target, max(len(flux), len(capsule)))
	for i := range targets {
		targets[i] = Target{
			FluxVersion:    flux[i*len(flux)/len(targets)],
			CapsuleVersion: capsule[i*len(capsule)/len(targets)],
		}
	}
	return targets
}

// Validate returns an error for each version that is not supported.
func (t Target) Validate(path *field.Path) field.ErrorList {
	errs := versions.Validate(path.Child("fluxVersion"), versions.Flux, t.FluxVersion)
	return append(errs, versions.Validate(path.Child("capsuleVersion"), versions.Capsule, t.CapsuleVersion)...)
}

// version returns the place of the target's version among those of the component.
// The target must be valid.
func (t Target) version(component string) int {
	text := t.FluxVersion
	if component == versions.Capsule {
		text = t.CapsuleVersion
	}
	version, _ := versions.Parse(component, text)
	return slices.Index(versions.Of(component), version)
}
