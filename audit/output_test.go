package audit_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestJSONRoundTrip: who reads the output has the findings again.
func TestJSONRoundTrip(t *testing.T) {
	for name, findings := range map[string][]audit.Finding{
		"none": {},
		"many": audit.Check(readTree(t, "testdata/sets/recipe-2022")),
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := audit.WriteJSON(&b, findings); err != nil {
				t.Fatal(err)
			}
			var got struct{ Findings []audit.Finding }
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(findings, got.Findings); diff != "" {
				t.Errorf("differs after a round trip (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeverityText(t *testing.T) {
	for _, severity := range []audit.Severity{audit.Info, audit.Warning, audit.Error} {
		text, err := severity.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got audit.Severity
		if err := got.UnmarshalText(text); err != nil || got != severity {
			t.Errorf("%s is read as %s, %v", text, got, err)
		}
	}
	var s audit.Severity
	if err := s.UnmarshalText([]byte("fatal")); err == nil {
		t.Error("the severity fatal is accepted")
	}
}
