package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A Severity is how bad a finding is.
type Severity int

const (
	// Info is for what the audit could not see, and for what is wrong but
	// stopped elsewhere: by a flag of Flux or by an admission policy.
	Info Severity = iota + 1

	// Warning is for what does not work on current versions, and for what is one
	// mistake away from an error.
	Warning

	// Error is for an attack that works.
	Error
)

var severities = map[Severity]string{Info: "info", Warning: "warning", Error: "error"}

// String returns info, warning or error.
func (s Severity) String() string {
	if name, ok := severities[s]; ok {
		return name
	}
	return fmt.Sprintf("Severity(%d)", int(s))
}

// MarshalText writes the severity as [Severity.String] does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [Severity.MarshalText] writes.
func (s *Severity) UnmarshalText(text []byte) error {
	for severity, name := range severities {
		if name == string(text) {
			*s = severity
			return nil
		}
	}
	return fmt.Errorf("severity %q is none of info, warning, error", text)
}

// A Reference names an object.
type Reference struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// String returns "Kind namespace/name", or "Kind name" for what has no namespace.
func (r Reference) String() string { return model.Ref(r).String() }

// A Finding is one thing that is wrong with one object.
type Finding struct {
	// Rule is the ID of the [Rule], which is also the name of its page under docs/audit.
	Rule string `json:"rule"`

	Severity Severity `json:"severity"`

	// Tenant is whom it is about; empty for the platform.
	Tenant string `json:"tenant,omitempty"`

	Object Reference `json:"object"`

	// File and Line are where the object begins, as far as the [Input] said so.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`

	// Field is the path of the field at fault, such as spec.sourceRef.namespace;
	// empty if the whole object is.
	Field string `json:"field,omitempty"`

	// Message says what is wrong; Exploit how somebody could use it or, where
	// nobody can, the effect; Fix what to do about it.
	Message string `json:"message"`
	Exploit string `json:"exploit,omitempty"`
	Fix     string `json:"fix"`

	// References are pages to read: upstream's documentation, advisories.
	References []string `json:"references,omitempty"`

	// Suppressed is the reason that an annotation of the object gives for leaving
	// things as they are; empty if the finding stands.
	Suppressed string `json:"suppressed,omitempty"`
}

// Fingerprint identifies what is wrong: the rule, the object, the field and the
// message. It stays the same when the file moves or its line changes.
func (f Finding) Fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Rule, f.Object.APIVersion, f.Object.String(), f.Field, f.Message}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
