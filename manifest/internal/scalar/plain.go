// Package scalar holds the rules for YAML scalars that writing and reading
// share: which strings stand for themselves, and which numbers keep their
// value. Both engines decide by the same rules, so neither differs from the
// other.
package scalar

// SimpleKey is the length of the longest key that the YAML library puts on one
// line with its colon.
const SimpleKey = 128

// Plain reports whether a string is certainly written without quotes: it looks
// like nothing but a string, and holds nothing that YAML or the library treats
// in a special way. When in doubt the answer is no, and the library decides.
func Plain[S string | []byte](s S) bool {
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

// PlainKey reports whether a key is certainly written without quotes, on one
// line with its colon.
func PlainKey[S string | []byte](s S) bool { return len(s) <= SimpleKey && Plain(s) }

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

// Integer reports whether a JSON number is certainly an integer that every
// reader takes for the same one. It says no to integers of 19 digits or more.
func Integer[S string | []byte](s S) bool {
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

// Classes of a string's first byte.
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
