package audit

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteText writes findings for people to read: the platform first, then tenant
// by tenant, each finding with its place, what it leads to and how to mend it,
// and a count at the end.
func WriteText(w io.Writer, findings []Finding) error {
	out := bufio.NewWriter(w)
	group := "\x00"
	count := map[Severity]int{}
	suppressed := 0
	for _, f := range findings {
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
	fmt.Fprintf(out, "%s, %s, %s, %d suppressed\n",
		counted(count[Error], "error"), counted(count[Warning], "warning"), counted(count[Info], "note"), suppressed)
	return out.Flush()
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
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
	fmt.Fprintf(w, "    %s\n", strings.TrimSpace(f.Object.String()+"  "+place(f)))
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

// place is where the object begins, as editors and terminals understand it.
func place(f Finding) string {
	if f.File == "" || f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// statement is the field and the message.
func statement(f Finding) string {
	if f.Field == "" {
		return f.Message
	}
	return f.Field + ": " + f.Message
}
