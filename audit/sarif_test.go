package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestSARIFSchema holds the output to the schema of SARIF 2.1.0 (as Microsoft's
// sarif-multitool carries it, less its descriptions).
func TestSARIFSchema(t *testing.T) {
	text, err := os.ReadFile("testdata/sarif-2.1.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s := schema{}
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	report := audit.Check(append(readTree(t, "testdata/sets/recipe-2022"), audit.Input{File: "broken.yaml", Line: 3, Err: errors.New("does not parse")}))
	report.Findings[0].Suppressed = "a reason"
	report.Unseen = []string{"something"}
	for name, report := range map[string]*audit.Report{"none": {}, "recipe-2022": report} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := audit.WriteSARIF(&b, report); err != nil {
				t.Fatal(err)
			}
			var log any
			if err := json.Unmarshal(b.Bytes(), &log); err != nil {
				t.Fatal(err)
			}
			for _, fault := range s.check("$", s.root, log) {
				t.Error(fault)
			}
		})
	}

	var broken any
	if err := json.Unmarshal([]byte(`{"version": "2.1.0", "runs": [{"results": [{"level": "fatal"}]}]}`), &broken); err != nil {
		t.Fatal(err)
	}
	if faults := s.check("$", s.root, broken); len(faults) != 3 {
		t.Errorf("a log without tool and message, of an unknown level, has the faults %q", faults)
	}
}
