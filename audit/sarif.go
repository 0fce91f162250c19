package audit

import (
	"io"
	"net/url"
	"runtime/debug"
	"strings"
)

// WriteSARIF writes a report in the Static Analysis Results Interchange Format,
// version 2.1.0, which code hosts show beside the code. Suppressed findings are
// marked as such, what could not be read is a notification of the run, and all
// rules are described, with or without findings.
//
// See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
func WriteSARIF(w io.Writer, report *Report) error {
	run := sarifRun{Results: []sarifResult{}, Invocations: []sarifInvocation{sarifInvocationOf(report)}}
	run.Tool.Driver = sarifDriver{Name: "fluxcapsule audit", SemanticVersion: moduleVersion(), InformationURI: projectURL}
	indexes := map[string]int{}
	for i, r := range Rules() {
		indexes[r.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
	}
	for _, f := range report.Findings {
		run.Results = append(run.Results, sarifResultOf(f, indexes[f.Rule]))
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

const modulePath = "github.com/fluxcapsule/fluxcapsule"

// moduleVersion returns the version of this module in the program; empty if the
// program was not built from a released one.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if module.Path == modulePath && module.Version != "(devel)" {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return ""
}

// sarifInvocationOf names the parts that could not be read or were missing.
func sarifInvocationOf(report *Report) sarifInvocation {
	invocation := sarifInvocation{ExecutionSuccessful: len(report.Unread) == 0}
	for _, what := range report.Unseen {
		invocation.Notifications = append(invocation.Notifications, sarifNotification{Level: "warning", Message: sarifText{"missing in the set: " + what}})
	}
	for _, u := range report.Unread {
		n := sarifNotification{Level: "error", Message: sarifText{u.Reason}}
		if location := physicalLocation(u.File, u.Line); location != nil {
			n.Locations = []sarifLocation{{PhysicalLocation: location}}
		}
		invocation.Notifications = append(invocation.Notifications, n)
	}
	return invocation
}

func sarifRuleOf(r Rule) sarifRule {
	rule := sarifRule{
		ID:               r.ID,
		ShortDescription: sarifText{r.Title},
		FullDescription:  sarifText{plain(r.Doc)},
		Help:             sarifHelp{Text: plain(r.Exploit + " " + r.Fix), Markdown: strings.TrimSpace(r.Doc + "\n\n" + r.Exploit + "\n\n" + r.Fix)},
		HelpURI:          r.PageURL(),
	}
	rule.DefaultConfiguration.Level = level(r.Severity)
	return rule
}

func sarifResultOf(f Finding, index int) sarifResult {
	text := f.Object.String() + ": " + statement(f)
	if f.Exploit != "" {
		text += ". " + f.Exploit
	}
	result := sarifResult{
		RuleID:    f.Rule,
		RuleIndex: index,
		Level:     level(f.Severity),
		Message:   sarifText{text + " " + f.Fix},
		// The line moves when the file is edited, the fault does not.
		PartialFingerprints: map[string]string{"finding/v1": f.Fingerprint()},
	}
	location := sarifLocation{LogicalLocations: []sarifLogicalLocation{{
		FullyQualifiedName: strings.TrimSuffix(f.Object.String()+" "+f.Field, " "), Kind: "object",
	}}}
	location.PhysicalLocation = physicalLocation(f.File, f.Line)
	result.Locations = []sarifLocation{location}
	if f.Suppressed != "" {
		kind := "inSource"
		if f.Suppressed == inBaseline {
			kind = "external"
		}
		result.Suppressions = []sarifSuppression{{Kind: kind, Justification: f.Suppressed}}
	}
	return result
}

// physicalLocation returns a place in a file; nil if there is none.
func physicalLocation(file string, line int) *sarifPhysicalLocation {
	if file == "" {
		return nil
	}
	location := &sarifPhysicalLocation{ArtifactLocation: sarifArtifact{(&url.URL{Path: file}).String()}}
	if line > 0 {
		location.Region = &sarifRegion{line}
	}
	return location
}

// level returns SARIF's word for a severity; note is what the audit calls info.
func level(s Severity) string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "note"
}
