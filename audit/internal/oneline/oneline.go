// Package oneline makes text of what others wrote: one line, of limited length, without
// characters that a terminal or a page takes for something else. It also has the short
// texts that all outputs share.
package oneline

import (
	"strings"
	"unicode"
)

// Of returns the text with a space for each character that is not printable, cut
// after max characters.
func Of(text string, max int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > max {
			b.WriteString("...")
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}
