package audit

import (
	"encoding/json"
	"io"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A Baseline is the findings that a repository had when it adopted the audit. As an
// [Option] it marks them as suppressed, so that only new ones count. It holds
// fingerprints: a finding stays known when its file moves or its line changes, and
// is new when its message does.
type Baseline struct {
	// Findings maps fingerprints to what they stand for, for people who read the
	// file.
	Findings map[string]string `json:"findings"`
}

// NewBaseline returns the findings of a report that nothing suppresses.
func NewBaseline(report *Report) Baseline {
	b := Baseline{Findings: map[string]string{}}
	for _, f := range report.Findings {
		if f.Suppressed == "" {
			b.Findings[f.Fingerprint()] = f.Rule + ": " + f.Object.String() + ": " + statement(f)
		}
	}
	return b
}

// ReadBaseline reads what [WriteBaseline] wrote.
func ReadBaseline(r io.Reader) (Baseline, error) {
	var b Baseline
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	return b, decoder.Decode(&b)
}

// WriteBaseline writes a baseline as JSON, in a fixed order.
func WriteBaseline(w io.Writer, b Baseline) error { return writeJSON(w, b) }

func (b Baseline) apply(s *model.Settings) {
	for fingerprint := range b.Findings {
		s.Known = append(s.Known, fingerprint)
	}
}

// inBaseline is the reason of a finding that a baseline suppresses.
const inBaseline = "in the baseline"

// suppressKnown marks the findings of a baseline.
func suppressKnown(list []Finding, known []string) {
	is := map[string]bool{}
	for _, fingerprint := range known {
		is[fingerprint] = true
	}
	for i, f := range list {
		if f.Suppressed == "" && is[f.Fingerprint()] {
			list[i].Suppressed = inBaseline
		}
	}
}
