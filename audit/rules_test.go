package audit_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// TestRules: each rule has a folder with a set that triggers it at its full severity
// (hole.yaml), one that nearly does (near.yaml), and perhaps more, whose names say
// what is different. The golden file beside each lists the rule's findings. A first
// line "# with: x y" adds the sets of testdata/with; the word policies stands for
// tenant.AdmissionPolicies.
func TestRules(t *testing.T) {
	rules := map[string]audit.Rule{}
	for _, rule := range audit.Rules() {
		rules[rule.ID] = rule
		for _, name := range []string{"hole.yaml", "near.yaml"} {
			if _, err := os.Stat(filepath.Join("testdata/rules", rule.ID, name)); err != nil {
				t.Errorf("rule %s: %v", rule.ID, err)
			}
		}
	}
	files, err := filepath.Glob("testdata/rules/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test sets", err)
	}
	for _, file := range files {
		id := filepath.Base(filepath.Dir(file))
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(id+"/"+name, func(t *testing.T) {
			rule, ok := rules[id]
			if !ok {
				t.Fatalf("there is no rule %s", id)
			}
			var found []audit.Finding
			for _, f := range audit.Check(readCase(t, file), audit.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))).Findings {
				if f.Rule == id {
					found = append(found, f)
				}
			}
			switch {
			case name == "near" && len(found) > 0:
				t.Errorf("a set that only nearly triggers the rule gives %s", describe(found[0]))
			case name == "hole" && worst(found) != rule.Severity:
				t.Errorf("the worst of %d findings is %s, and the rule is of severity %s", len(found), worst(found), rule.Severity)
			}
			if name != "near" {
				golden.Compare(t, strings.TrimSuffix(file, ".yaml")+".golden", []byte(lines(found)))
			}
		})
	}
}

func worst(findings []audit.Finding) audit.Severity {
	report := audit.Report{Findings: findings}
	return report.Worst()
}

// readCase reads a set and those that its first line names.
func readCase(t testing.TB, file string) []audit.Input {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inputs := read(t, text, "set/"+filepath.Base(file))
	first, _ := bufio.NewReader(bytes.NewReader(text)).ReadString('\n')
	names, _ := strings.CutPrefix(strings.TrimSpace(first), "# with:")
	for _, name := range strings.Fields(names) {
		switch {
		case !strings.HasPrefix(first, "# with:"):
		case name == "policies":
			inputs = append(inputs, policies(t)...)
		default:
			inputs = append(inputs, readFile(t, "testdata/with/"+name+".yaml")...)
		}
	}
	return inputs
}

func policies(t testing.TB) []audit.Input {
	t.Helper()
	var b bytes.Buffer
	if err := manifest.WriteAll(&b, admissionPolicies(t)); err != nil {
		t.Fatal(err)
	}
	return read(t, b.Bytes())
}

// TestRulesAreDescribed: each rule has a page with all its parts, and each page
// belongs to a rule.
func TestRulesAreDescribed(t *testing.T) {
	files, err := filepath.Glob("rules/*.md")
	if err != nil || len(files) != len(audit.Rules()) {
		t.Errorf("there are %d pages and %d rules", len(files), len(audit.Rules()))
	}
	seen := map[string]bool{}
	for _, rule := range audit.Rules() {
		if seen[rule.ID] {
			t.Errorf("rule %s is duplicated", rule.ID)
		}
		seen[rule.ID] = true
		if rule.Title == "" || rule.Doc == "" || rule.Fix == "" || len(rule.References) == 0 {
			t.Errorf("rule %s lacks a title, a text, a fix or a reference", rule.ID)
		}
		if rule.Severity == audit.Error && rule.Exploit == "" {
			t.Errorf("rule %s is an error and tells of no attack", rule.ID)
		}
	}
}

func TestSuppression(t *testing.T) {
	const set = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: repo
  namespace: somewhere
  annotations: {audit.fluxcapsule/flux-insecure-source: REASON}
spec: {url: "http://git.example.com/x", interval: 1m}
`
	for reason, want := range map[string]string{`"a mirror on this host"`: "a mirror on this host", `""`: ""} {
		report := audit.Check(read(t, []byte(strings.Replace(set, "REASON", reason, 1))))
		if findings := report.Findings; len(findings) != 1 || findings[0].Suppressed != want {
			t.Errorf("with the reason %s the findings are:\n%s", reason, lines(findings))
		}
		if worst := report.Worst(); (worst == 0) != (want != "") {
			t.Errorf("with the reason %s the worst finding is %s", reason, worst)
		}
	}
}
