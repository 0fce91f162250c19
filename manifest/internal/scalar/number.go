package scalar

import (
	"errors"
	"strconv"
	"strings"
)

var (
	// ErrInteger is the error of an integer outside the range of int64.
	ErrInteger = errors.New("an integer beyond 64 bits, which readers would round: put it in quotes")
	// ErrFloat is the error of a number that float64 holds another number for.
	ErrFloat = errors.New("a number with more digits than readers keep: put it in quotes")
)

// Lossless returns an error for a decimal number that does not keep its value:
// an integer outside the range of int64, or a fraction or power that float64
// holds another number for. The text may have underscores between its digits,
// as YAML 1.1 allows. No error quotes the number, which may be a password.
func Lossless(text string) error {
	text = strings.ReplaceAll(text, "_", "")
	if isInteger(text) {
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return ErrInteger
		}
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !sameDecimal(text, strconv.FormatFloat(f, 'e', -1, 64)) {
		return ErrFloat
	}
	return nil
}

func isInteger(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return strings.Trim(digits, "0123456789") == ""
}

// sameDecimal reports whether two decimal texts are the same number.
func sameDecimal(a, b string) bool {
	aNegative, aDigits, aPoint, aOK := decimal(a)
	bNegative, bDigits, bPoint, bOK := decimal(b)
	return aOK && bOK && aDigits == bDigits && (aDigits == "" || aNegative == bNegative && aPoint == bPoint)
}

// decimal takes a number apart: it is 0.digits times ten to the power of point.
// The digits neither begin nor end with a zero.
func decimal(text string) (negative bool, digits string, point int, ok bool) {
	negative = strings.HasPrefix(text, "-")
	mantissa := strings.TrimLeft(text, "+-")
	if i := strings.IndexAny(mantissa, "eE"); i >= 0 {
		exponent, err := strconv.Atoi(mantissa[i+1:])
		if err != nil {
			exponent = 1 << 30 // beyond every float64, unless all digits are zero
		}
		mantissa, point = mantissa[:i], exponent
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = strings.TrimLeft(whole, "0")
	point += len(digits)
	if digits == "" {
		digits = strings.TrimLeft(fraction, "0")
		point -= len(fraction) - len(digits)
	} else {
		digits += fraction
	}
	digits = strings.TrimRight(digits, "0")
	return negative, digits, point, strings.Trim(digits, "0123456789") == ""
}
