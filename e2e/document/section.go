// Package document keeps the sections of a document that test runs write, each
// between two comments, and compares them with a run's results.
package document

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Compare fails the test where the section says something else than content. With
// update, it replaces the section instead.
func Compare(t testing.TB, file, section, content string, update bool) {
	t.Helper()
	if update {
		if err := Write(file, section, content); err != nil {
			t.Fatal(err)
		}
		return
	}
	head, old, _, err := cut(file, section)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(old, content); diff != "" {
		t.Errorf("%s does not say what this run shows; write it by the command in %s (-documented +shown):\n%s", file, lastLine(head), diff)
	}
}

// Write replaces a section.
func Write(file, section, content string) error {
	head, _, tail, err := cut(file, section)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(head+content+tail), 0o644)
}

// cut parts a file at the comments around a section, which stay with head and
// tail. The first of them goes on with the command that writes the section.
func cut(file, section string) (head, content, tail string, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", "", "", err
	}
	text := string(data)
	begin := strings.Index(text, "<!-- "+section+": ")
	if begin >= 0 {
		begin += strings.Index(text[begin:], "\n") + 1
	}
	end := strings.Index(text, "<!-- end of "+section+" -->")
	if begin < 0 || end < begin {
		return "", "", "", fmt.Errorf("%s has no section %q", file, section)
	}
	return text[:begin], text[begin:end], text[end:], nil
}

func lastLine(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return text[strings.LastIndexByte(text, '\n')+1:]
}
