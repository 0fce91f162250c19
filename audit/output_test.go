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
	for name, write := range map[string]func(io.Writer, *audit.Report) error{"text": audit.WriteText, "JSON": audit.WriteJSON, "SARIF": audit.WriteSARIF, "HTML": audit.WriteHTML} {
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

// TestUnseenIsNamed: a set with tenants and without Flux's controllers is not one that
// is locked down, and every output says so.
func TestUnseenIsNamed(t *testing.T) {
	for name, test := range map[string]struct{ files, want []string }{
		"no controllers":   {[]string{"tenants"}, []string{"the lockdown of Flux: the set has tenants, and neither a Deployment of Flux's controllers nor a FluxInstance"}},
		"no tenants":       {nil, nil},
		"all controllers":  {[]string{"tenants", "flux"}, nil},
		"one is not there": {[]string{"tenants", "only-kustomize"}, []string{"the lockdown of helm-controller: the set has tenants with objects for it, and not its Deployment"}},
	} {
		inputs := read(t, []byte(`{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: x, namespace: a-home}, spec: {interval: 5m, serviceAccountName: x, chartRef: {kind: OCIRepository, name: x}}}`))
		for _, file := range test.files {
			if file == "only-kustomize" {
				inputs = append(inputs, readFile(t, "testdata/with/flux.yaml")[0])
				continue
			}
			inputs = append(inputs, readFile(t, "testdata/with/"+file+".yaml")...)
		}
		report := audit.Check(inputs)
		if diff := cmp.Diff(test.want, report.Unseen); diff != "" {
			t.Errorf("%s: unseen (-want +got):\n%s", name, diff)
		}
		for format, write := range map[string]func(io.Writer, *audit.Report) error{"text": audit.WriteText, "JSON": audit.WriteJSON, "SARIF": audit.WriteSARIF, "HTML": audit.WriteHTML} {
			var b bytes.Buffer
			if err := write(&b, report); err != nil {
				t.Fatal(err)
			}
			if said := strings.Contains(b.String(), "the lockdown of "); said != (len(test.want) > 0) {
				t.Errorf("%s: %s says that the lockdown was not looked at: %t", name, format, said)
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
