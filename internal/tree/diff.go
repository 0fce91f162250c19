package tree

import (
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// print writes, in a plan, the difference between two contents of a file in the form of
// git apply and patch -p1. The content of a missing file is nil.
func (t *Tree) print(name string, old, new []byte) error {
	if t.diff == nil {
		return nil
	}
	from, to := "a/"+name, "b/"+name
	if old == nil {
		from = "/dev/null"
	}
	if new == nil {
		to = "/dev/null"
	}
	return difflib.WriteUnifiedDiff(t.diff, difflib.UnifiedDiff{
		A: lines(old), FromFile: from,
		B: lines(new), ToFile: to,
		Context: 3,
	})
}

// lines splits text after each line, and marks a last line without a newline as diff
// does.
func lines(text []byte) []string {
	all := strings.SplitAfter(string(text), "\n")
	last := len(all) - 1
	if all[last] == "" {
		return all[:last]
	}
	all[last] += "\n\\ No newline at end of file\n"
	return all
}
