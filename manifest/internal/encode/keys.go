package encode

import (
	"unicode"
	"unicode/utf8"
)

// compareKeys orders the keys of a mapping as go.yaml.in/yaml/v2 does, and
// with it sigs.k8s.io/yaml: letters after everything else, runs of digits by
// the number they make ("item9" before "item10").
//
// Where digits, zeros and letters mix this is not an order: "001" comes before "00a",
// that before "01", and that before "001". The library's output for such keys changes
// from run to run; here it depends only on the object.
func compareKeys(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) {
		return len(a) - len(b)
	}
	for i > 0 && !utf8.RuneStart(a[i]) {
		i-- // to the start of the first rune that differs
	}
	ar, _ := utf8.DecodeRuneInString(a[i:])
	br, _ := utf8.DecodeRuneInString(b[i:])
	al, bl := isLetter(ar), isLetter(br)
	switch {
	case al && bl:
		return int(ar) - int(br)
	case al:
		return 1
	case bl:
		return -1
	}

	var an, bn int64
	if ar == '0' || br == '0' {
		// Zeros after a digit other than zero belong to a number that began
		// before the difference; all other zeros only pad.
		for j := i; j > 0; {
			r, size := utf8.DecodeLastRuneInString(a[:j])
			if !unicode.IsDigit(r) {
				break
			}
			if r != '0' {
				an, bn = 1, 1
				break
			}
			j -= size
		}
	}
	an, ad := digits(an, a[i:])
	bn, bd := digits(bn, b[i:])
	switch {
	case an != bn && an < bn:
		return -1
	case an != bn:
		return 1
	case ad != bd:
		return ad - bd
	}
	return int(ar) - int(br)
}

// digits reads the digits at the start of s into n, and counts them. Overflow
// wraps, as it does in the library.
func digits(n int64, s string) (int64, int) {
	count := 0
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if !unicode.IsDigit(r) {
			break
		}
		n = n*10 + int64(r-'0')
		s = s[size:]
		count++
	}
	return n, count
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r)
}
