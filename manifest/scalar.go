package manifest

import "strings"

const (
	lineWidth = 80  // beyond it the library breaks lines at spaces
	simpleKey = 128 // the longest key that the library follows by a colon
)

// short appends v, a scalar or an empty collection, when it needs no thought,
// and reports whether it did. The cursor stands at a column on a line that is
// indented by indent.
func (b *block) short(v *node, indent, column int) bool {
	switch v.kind {
	case mapping, structure:
		b.out = append(b.out, "{}"...)
	case sequence:
		b.out = append(b.out, "[]"...)
	case literal:
		b.out = append(b.out, v.text...)
	case number:
		if !plainInteger(v.text) {
			return false
		}
		b.out = append(b.out, v.text...)
	case text:
		switch {
		case len(v.text) == 0:
			b.out = append(b.out, `""`...)
		case plain(v.text) && (column+len(v.text) <= lineWidth || strings.IndexByte(v.text, ' ') < 0):
			b.out = append(b.out, v.text...)
		case lines(v.text):
			b.lines(v.text, indent+2)
			return true
		default:
			written := b.lib.string(v.text)
			if written == "" || column+len(written) > lineWidth {
				return false
			}
			b.out = append(b.out, written...)
		}
	}
	b.out = append(b.out, '\n')
	return true
}

// lines appends text as a literal block.
func (b *block) lines(text string, indent int) {
	if text[len(text)-1] == '\n' {
		b.out = append(b.out, "|\n"...)
		text = text[:len(text)-1]
	} else {
		b.out = append(b.out, "|-\n"...)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > 0 {
			b.indent(indent)
			b.out = append(b.out, line...)
		}
		b.out = append(b.out, '\n')
	}
}

// plainInteger reports whether a JSON number is an integer that every reader
// takes for the same one.
func plainInteger[S string | []byte](s S) bool {
	digits := s
	if s[0] == '-' {
		digits = s[1:]
		if digits[0] == '0' {
			return false // -0 is 0
		}
	}
	if len(digits) > 18 {
		return false
	}
	for i := range len(digits) {
		if c := digits[i]; c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// plain reports whether a string is certainly written as it is: it looks like
// nothing but a string, and holds nothing that YAML or the library treats in a
// special way. When in doubt the answer is no, and the library decides.
func plain[S string | []byte](s S) bool {
	if len(s) == 0 {
		return false
	}
	switch first[s[0]] {
	case letter:
		if len(s) <= len("false") && keyword(s) {
			return false
		}
	case dot: // ./path, but not .5 and .inf
		if len(s) == 1 || s[1] != '/' {
			return false
		}
	case digit: // 5m0s, but no number or date: these end in other letters
		if c := s[len(s)-1]; c < 'g' || c > 'y' {
			return false
		}
	default:
		return false
	}
	for i := range len(s) {
		c := s[i]
		if within[c] {
			continue
		}
		switch c {
		case ' ':
			if i == len(s)-1 {
				return false
			}
		case ':':
			if i == len(s)-1 || s[i+1] == ' ' {
				return false
			}
		case '#':
			if s[i-1] == ' ' {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// plainKey reports whether a key is certainly written as it is, its colon behind
// it.
func plainKey[S string | []byte](s S) bool { return len(s) <= simpleKey && plain(s) }

// keyword reports whether YAML 1.1 reads a word as a boolean or as null. It
// does so in some mixtures of cases only, but that is left to the library.
func keyword[S string | []byte](s S) bool {
	var lower [len("false")]byte
	for i := range len(s) {
		lower[i] = s[i] | 0x20
	}
	switch string(lower[:len(s)]) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}

// lines reports whether a string is certainly written as a literal block, line
// by line: there are several, none begins the text with a blank, ends in one,
// or holds more than printable ASCII.
func lines(s string) bool {
	if len(s) == 0 || s[0] == ' ' || s[0] == '\n' || s[len(s)-1] == ' ' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	several := false
	for i, c := range s {
		if c == '\n' {
			if s[i-1] == ' ' {
				return false
			}
			several = true
		} else if c < ' ' || c > '~' {
			return false
		}
	}
	return several
}

// What the first byte of a string says about it.
const (
	odd = iota
	letter
	dot
	digit
)

var (
	first  [256]byte // what a byte says at the start of a string
	within [256]bool // whether a byte may stand anywhere else in plain text
)

func init() {
	for c := '!'; c <= '~'; c++ {
		within[c] = c != ':' && c != '#'
	}
	for c := 'a'; c <= 'z'; c++ {
		first[c], first[c-'a'+'A'] = letter, letter
	}
	for c := '0'; c <= '9'; c++ {
		first[c] = digit
	}
	first['.'] = dot
	first['/'], first['_'], first['$'], first['('] = letter, letter, letter, letter
}
