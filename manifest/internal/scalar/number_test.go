package scalar_test

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

func TestLossless(t *testing.T) {
	for text, want := range map[string]error{
		"0": nil, "-0": nil, "+1": nil, "007": nil, "1_000": nil,
		"9223372036854775807": nil, "-9223372036854775808": nil,
		"9223372036854775808": scalar.ErrInteger, "-9223372036854775809": scalar.ErrInteger,
		"18446744073709551616": scalar.ErrInteger, "123456789012345678901234567890": scalar.ErrInteger,

		"0.1": nil, "1.0": nil, "1.10": nil, ".5": nil, "5.": nil, "-.5": nil, "1_0.5": nil, "00.50": nil,
		"1e3": nil, "1E+3": nil, "1.5e-7": nil, "1e20": nil, "5e-324": nil, "1.7976931348623157e308": nil,
		"0e99999999999999999999": nil, "0.000e-5": nil, "123456789.125": nil,
		"1e-400": scalar.ErrFloat, "1e400": scalar.ErrFloat, "1e99999999999999999999": scalar.ErrFloat,
		"3.14159265358979323846": scalar.ErrFloat, "0.1000000000000000055511151231257827": scalar.ErrFloat,
		"9007199254740993.0": scalar.ErrFloat, "x": scalar.ErrFloat,
	} {
		if got := scalar.Lossless(text); !errors.Is(got, want) || (got == nil) != (want == nil) {
			t.Errorf("Lossless(%q) = %v, want %v", text, got, want)
		}
	}
}

var decimal = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?$`)

// FuzzLossless compares with exact arithmetic.
func FuzzLossless(f *testing.F) {
	for _, seed := range []string{"0.1", "1e-400", "12.500e3", "-9223372036854775809", "00.00100", "1e22", "1e23"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		exact, ok := new(big.Rat).SetString(text)
		if !ok || !decimal.MatchString(text) || len(text) > 1000 {
			return
		}
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			if err := scalar.Lossless(text); err != nil {
				t.Errorf("the integer %s: %v", text, err)
			}
			return
		}
		kept := false
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			shortest, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64))
			kept = ok && shortest.Cmp(exact) == 0
		}
		switch err := scalar.Lossless(text); {
		case err == nil && !kept:
			t.Errorf("%s is said to keep its value", text)
		case errors.Is(err, scalar.ErrFloat) && kept:
			t.Errorf("%s is said not to keep its value", text)
		}
	})
}
