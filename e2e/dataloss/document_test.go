package dataloss_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	e2edocument "github.com/fluxcapsule/fluxcapsule/e2e/document"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// document compares a table of slips with the results of a whole run, or writes it.
func document(t *testing.T, env *harness.Env, mark string) {
	t.Cleanup(func() {
		run := flag.Lookup("test.run").Value.String()
		if t.Failed() || run != "" && run != "^"+t.Name()+"$" { // a part of the cases
			return
		}
		var b strings.Builder
		b.WriteString("| slip | what becomes of it |\n|---|---|\n")
		for _, r := range env.Results() {
			name := strings.ReplaceAll(strings.TrimPrefix(r.Name, strings.TrimPrefix(t.Name(), "Test")+"/"), "_", " ")
			if name != "setup" && r.Outcome != harness.NotRun {
				fmt.Fprintf(&b, "| %s | %s |\n", name, becomes(r))
			}
		}
		page := filepath.Join("..", "..", "docs", "limits.md")
		e2edocument.Compare(t, page, mark, b.String(), harness.Update())
	})
}

// becomes says in a word how a slip ended.
func becomes(r harness.Result) string {
	switch {
	case r.Detail != "":
		return r.Detail
	case r.Outcome == harness.Refused:
		return "refused"
	}
	return "nothing is lost"
}
