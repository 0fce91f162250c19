package audit

import (
	"encoding/json"
	"io"
)

// WriteJSON writes a report as one JSON object, as the tags of [Report] say.
func WriteJSON(w io.Writer, report *Report) error {
	shown := *report
	if shown.Findings == nil {
		shown.Findings = []Finding{}
	}
	return writeJSON(w, shown)
}

// writeJSON leaves <, > and & as they are: people read this, too.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
