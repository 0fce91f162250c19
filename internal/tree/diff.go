package tree

import (
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// print writes, in a plan, the difference between two contents of a file, of which nil is
// that of a file that is not there, in the form that git apply and patch -p1
// take.
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

// lines splits text after each line, and says of a last one that does not end
// that it does not, as diff does.
func lines(text []byte) []string {
	all := strings.SplitAfter(string(text), "\n")
	if last := len(all) - 1; all[last] == "" {
		return all[:last]
	} else {
		all[last] += "\n\\ No newline at end of file\n"
	}
	return all
}
