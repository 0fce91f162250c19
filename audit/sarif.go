package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
)

// WriteSARIF writes findings in the Static Analysis Results Interchange Format,
// version 2.1.0, which code hosts show beside the code. Suppressed findings are
// marked as such. All rules are described, with or without findings.
//
// See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
func WriteSARIF(w io.Writer, findings []Finding) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "fluxcapsule audit", InformationURI: projectURL}
	indexes := map[string]int{}
	for i, r := range Rules() {
		indexes[r.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
	}
	for _, f := range findings {
		run.Results = append(run.Results, sarifResultOf(f, indexes[f.Rule]))
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

const projectURL = "https://github.com/fluxcapsule/fluxcapsule"

// PageURL is the address of a rule's documentation.
func (r Rule) PageURL() string { return projectURL + "/blob/main/docs/audit/" + r.ID + ".md" }

func sarifRuleOf(r Rule) sarifRule {
	rule := sarifRule{
		ID:               r.ID,
		ShortDescription: sarifText{r.Title},
		FullDescription:  sarifText{oneLine(r.Doc)},
		Help:             sarifText{strings.TrimSpace(r.Exploit + " " + r.Fix)},
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
		// The line moves when the file is edited, what is wrong does not.
		PartialFingerprints: map[string]string{"finding/v1": fingerprint(f)},
	}
	location := sarifLocation{LogicalLocations: []sarifLogicalLocation{{
		FullyQualifiedName: strings.TrimSuffix(f.Object.String()+" "+f.Field, " "), Kind: "object",
	}}}
	if f.File != "" {
		location.PhysicalLocation = &sarifPhysicalLocation{ArtifactLocation: sarifArtifact{(&url.URL{Path: f.File}).String()}}
		if f.Line > 0 {
			location.PhysicalLocation.Region = &sarifRegion{f.Line}
		}
	}
	result.Locations = []sarifLocation{location}
	if f.Suppressed != "" {
		result.Suppressions = []sarifSuppression{{Kind: "inSource", Justification: f.Suppressed}}
	}
	return result
}

func fingerprint(f Finding) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Rule, f.Object.APIVersion, f.Object.String(), f.Field, f.Message}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func level(s Severity) string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "note"
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string    `json:"id"`
	ShortDescription     sarifText `json:"shortDescription"`
	FullDescription      sarifText `json:"fullDescription"`
	Help                 sarifText `json:"help"`
	HelpURI              string    `json:"helpUri"`
	DefaultConfiguration struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID              string             `json:"ruleId"`
	RuleIndex           int                `json:"ruleIndex"`
	Level               string             `json:"level"`
	Message             sarifText          `json:"message"`
	Locations           []sarifLocation    `json:"locations"`
	PartialFingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifLocation struct {
	PhysicalLocation *sarifPhysicalLocation `json:"physicalLocation,omitempty"`
	LogicalLocations []sarifLogicalLocation `json:"logicalLocations"`
}

type sarifPhysicalLocation struct {
	ArtifactLocation sarifArtifact `json:"artifactLocation"`
	Region           *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogicalLocation struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}
