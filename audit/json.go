package audit

import (
	"encoding/json"
	"io"
)

// WriteJSON writes findings as one JSON object, {"findings": [...]}, whose
// entries are those of [Finding].
func WriteJSON(w io.Writer, findings []Finding) error {
	if findings == nil {
		findings = []Finding{}
	}
	return writeJSON(w, struct {
		Findings []Finding `json:"findings"`
	}{findings})
}

// writeJSON leaves <, > and & as they are: this is read by people, too.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
