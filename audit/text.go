package audit

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/oneline"
)

// WriteText writes a report for people to read: the platform first, then tenant by
// tenant, each finding with its place, its effect and its fix; then the parts that
// could not be looked at, those that are missing in the set, and a count.
func WriteText(w io.Writer, report *Report) error {
	out := bufio.NewWriter(w)
	group := "\x00"
	count := map[Severity]int{}
	suppressed := 0
	for _, f := range report.Findings {
		if f.Tenant != group {
			group = f.Tenant
			fmt.Fprintf(out, "%s\n\n", heading(group))
		}
		if f.Suppressed != "" {
			suppressed++
		} else {
			count[f.Severity]++
		}
		writeFinding(out, f)
	}
	writeUnread(out, report)
	fmt.Fprintf(out, "%s, %s, %d info, %d suppressed\n",
		oneline.Counted(count[Error], "error"), oneline.Counted(count[Warning], "warning"), count[Info], suppressed)
	return out.Flush()
}

func heading(tenant string) string {
	if tenant == "" {
		return "Platform"
	}
	return "Tenant " + tenant
}

func writeFinding(w io.Writer, f Finding) {
	state := f.Severity.String()
	if f.Suppressed != "" {
		state = "suppressed"
	}
	fmt.Fprintf(w, "  %s  %s\n", state, f.Rule)
	fmt.Fprintf(w, "    %s\n", strings.TrimSpace(f.Object.String()+"  "+oneline.Position(f.File, f.Line)))
	fmt.Fprintf(w, "    %s\n", statement(f))
	if f.Suppressed != "" {
		fmt.Fprintf(w, "    Reason: %s\n\n", f.Suppressed)
		return
	}
	if f.Exploit != "" {
		fmt.Fprintf(w, "    Effect: %s\n", f.Exploit)
	}
	fmt.Fprintf(w, "    Fix: %s\n\n", f.Fix)
}

// statement returns the field and the message.
func statement(f Finding) string {
	if f.Field == "" {
		return f.Message
	}
	return f.Field + ": " + f.Message
}

func writeUnread(w io.Writer, report *Report) {
	if len(report.Unread) > 0 {
		fmt.Fprintf(w, "Could not be looked at\n\n")
	}
	for _, u := range report.Unread {
		fmt.Fprintf(w, "  %s\n    %s\n\n", oneline.Position(u.File, u.Line), u.Reason)
	}
	if len(report.Unseen) > 0 {
		fmt.Fprintf(w, "Missing in the set\n\n")
	}
	for _, what := range report.Unseen {
		fmt.Fprintf(w, "  %s\n\n", what)
	}
}
