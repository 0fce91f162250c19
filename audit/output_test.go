package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestJSONRoundTrip reads what WriteJSON wrote.
func TestJSONRoundTrip(t *testing.T) {
	for name, report := range map[string]*audit.Report{
		"none": {Findings: []audit.Finding{}},
		"many": audit.Check(append(readTree(t, "testdata/sets/recipe-2022"), unreadable)),
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := audit.WriteJSON(&b, report); err != nil {
				t.Fatal(err)
			}
			var got audit.Report
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(report, &got, cmpopts.IgnoreUnexported(audit.Report{})); diff != "" {
				t.Errorf("differs after a round trip (-want +got):\n%s", diff)
			}
		})
	}
}

var unreadable = audit.Input{File: "apps/broken.yaml", Line: 3, Err: errors.New("did not find expected key")}

// TestUnreadIsNamed: every output names what could not be read.
func TestUnreadIsNamed(t *testing.T) {
	report := audit.Check([]audit.Input{unreadable})
	want := []audit.Unread{{File: "apps/broken.yaml", Line: 3, Reason: "did not find expected key"}}
	if diff := cmp.Diff(want, report.Unread); diff != "" {
		t.Errorf("the unread parts differ (-want +got):\n%s", diff)
	}
	for name, write := range map[string]func(io.Writer, *audit.Report) error{"text": audit.WriteText, "JSON": audit.WriteJSON, "SARIF": audit.WriteSARIF} {
		var b bytes.Buffer
		if err := write(&b, report); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"apps/broken.yaml", "did not find expected key"} {
			if !strings.Contains(b.String(), part) {
				t.Errorf("%s does not have %q:\n%s", name, part, b.String())
			}
		}
	}
}

// TestMermaidNeedsASet: a report that was read from a file has no set to draw.
func TestMermaidNeedsASet(t *testing.T) {
	if err := audit.WriteMermaid(io.Discard, &audit.Report{}); err == nil {
		t.Error("a report without a set is drawn")
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

// TestBaseline: what a repository had is suppressed, what is new is not, and a
// line that moves makes nothing new.
func TestBaseline(t *testing.T) {
	inputs := readTree(t, "testdata/sets/recipe-2022")
	var b bytes.Buffer
	if err := audit.WriteBaseline(&b, audit.NewBaseline(audit.Check(inputs))); err != nil {
		t.Fatal(err)
	}
	baseline, err := audit.ReadBaseline(&b)
	if err != nil {
		t.Fatal(err)
	}
	for i := range inputs {
		inputs[i].Line += 7
	}
	if report := audit.Check(inputs, baseline); report.Worst() != 0 || len(report.Findings) == 0 {
		t.Errorf("with its own baseline a set has %d findings, the worst of severity %s", len(report.Findings), report.Worst())
	}
	inputs = append(inputs, readFile(t, "testdata/rules/git-secret/hole.yaml")...)
	if report := audit.Check(inputs, baseline); report.Worst() != audit.Error {
		t.Errorf("a new hole is of severity %s", report.Worst())
	}
	if _, err := audit.ReadBaseline(strings.NewReader(`{"found": {}}`)); err == nil {
		t.Error("a file that is not a baseline is read")
	}
}
