package audit

import (
	"errors"
	"io"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/graph"
	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// WriteMermaid draws the tenancy of the set that a report is about as a Mermaid
// flowchart: tenants, their homes and member namespaces, the accounts that Flux
// acts as, and the sources. What has a finding of severity error that is not
// suppressed is red, and so is an edge that leaves its tenant. A report that does
// not come from [Check] is an error.
//
// Of more than a dozen tenants it draws those with errors or warnings, at most two
// dozen, the worst first, and whom they reach. The others are counted.
func WriteMermaid(w io.Writer, report *Report) error {
	g, err := graphOf(report)
	if err != nil {
		return err
	}
	return graph.WriteMermaid(w, g)
}

// WriteSVG draws what [WriteMermaid] does as an SVG image, which needs no other file
// and no program but a viewer, and suits a light and a dark page.
func WriteSVG(w io.Writer, report *Report) error {
	g, err := graphOf(report)
	if err != nil {
		return err
	}
	return graph.WriteSVG(w, g)
}

func graphOf(report *Report) (*graph.Graph, error) {
	if report.model == nil {
		return nil, errors.New("audit: the report does not come from Check, so there is no set to draw")
	}
	found := graph.Findings{Holes: map[model.Ref]bool{}, Counts: map[string]graph.Count{}}
	for _, f := range report.Findings {
		if f.Suppressed != "" {
			continue
		}
		count := found.Counts[f.Tenant]
		switch f.Severity {
		case Error:
			found.Holes[model.Ref(f.Object)] = true
			count.Errors++
		case Warning:
			count.Warnings++
		}
		found.Counts[f.Tenant] = count
	}
	return graph.New(report.model, found), nil
}
