package document

import (
	"os"
	"path/filepath"
	"testing"
)

const text = `before
<!-- one: written by x -->
old
<!-- end of one -->
<!-- two: written by y -->
<!-- end of two -->
`

func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "document.md")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ section, content, want string }{
		{"one", "new\n", "before\n<!-- one: written by x -->\nnew\n<!-- end of one -->\n<!-- two: written by y -->\n<!-- end of two -->\n"},
		{"two", "2\n", "before\n<!-- one: written by x -->\nnew\n<!-- end of one -->\n<!-- two: written by y -->\n2\n<!-- end of two -->\n"},
	} {
		if err := Write(file, step.section, step.content); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != step.want {
			t.Errorf("after section %s the file is\n%s\nwant\n%s", step.section, got, step.want)
		}
		Compare(t, file, step.section, step.content, false)
	}
	if err := Write(file, "three", ""); err == nil {
		t.Error("a section that is not there is written without an error")
	}
}
