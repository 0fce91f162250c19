package audit

import (
	"cmp"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A Report has the findings of [Check], and the parts that it could not look at.
type Report struct {
	// Findings are sorted: the platform's first, then tenant by tenant, object by
	// object.
	Findings []Finding `json:"findings"`

	// Unread are the parts of the set that could not be read. Where there are any,
	// a report without findings does not say that all is well.
	Unread []Unread `json:"unread,omitempty"`

	// Unseen names the parts that are missing in the set, such as Flux's controllers. It
	// is not a failure: a set may be a part of a cluster's.
	Unseen []string `json:"unseen,omitempty"`

	model *model.Model // for WriteMermaid
}

// An Unread is a part of the set that could not be read.
type Unread struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
}

// Worst returns the highest severity among the findings that are not
// suppressed, or zero if there are none.
func (r *Report) Worst() Severity {
	var worst Severity
	for _, f := range r.Findings {
		if f.Suppressed == "" {
			worst = max(worst, f.Severity)
		}
	}
	return worst
}

// sortFindings brings findings into the order in which people read them.
func sortFindings(list []Finding) {
	slices.SortFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Tenant, b.Tenant),
			cmp.Compare(a.Object.Namespace, b.Object.Namespace),
			cmp.Compare(a.Object.Kind, b.Object.Kind),
			cmp.Compare(a.Object.Name, b.Object.Name),
			cmp.Compare(a.Object.APIVersion, b.Object.APIVersion),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

// withoutRepeats leaves one of the findings that differ in nothing but the file, as
// those about an object that several overlays render.
func withoutRepeats(list []Finding) []Finding {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(f Finding) bool {
		key := f.Fingerprint() + f.Suppressed + f.Severity.String()
		repeated := seen[key]
		seen[key] = true
		return repeated
	})
}

func sortUnread(list []Unread) {
	slices.SortFunc(list, func(a, b Unread) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
}
