package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadPage(t *testing.T) {
	const page = `---
severity: error
title: "A title: with a colon"
references:
- https://example.com
---

When it applies.

## Attack

How it is done.

## Fix

Do this.
`
	want := Rule{
		ID: "id", Severity: Error, Title: "A title: with a colon", References: []string{"https://example.com"},
		Doc: "When it applies.", Exploit: "How it is done.", Fix: "Do this.",
	}
	got, err := readPage("id", page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page is read differently (-want +got):\n%s", diff)
	}
}

func TestReadPageRefuses(t *testing.T) {
	for name, page := range map[string]string{
		"no front matter":       "When it applies.\n",
		"open front matter":     "---\nseverity: error\n",
		"an unknown key":        "---\nseverity: error\ntitel: x\n---\n",
		"an unknown severity":   "---\nseverity: fatal\n---\n",
		"an unknown section":    "---\nseverity: error\n---\n\n## How\n",
		"a section without end": "---\nseverity: error\n---\n\n## Fixes",
	} {
		if rule, err := readPage("id", page); err == nil {
			t.Errorf("a page with %s is read as %+v", name, rule)
		}
	}
}
