package flux

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateNumbers rejects numbers that the API server would change: it keeps a number
// as an int64 or, if it does not fit, as a float64, which has 53 bits for its digits.
func validateNumbers(path *field.Path, values map[string]any) field.ErrorList {
	var errs field.ErrorList
	eachNumber(path, values, func(at *field.Path, number json.Number) {
		if !survives(number) {
			errs = append(errs, validate.NotPrinted(at, "the number does not fit into an int64 or float64: write it as a string"))
		}
	})
	return errs
}

func survives(number json.Number) bool {
	if _, err := number.Int64(); err == nil {
		return true
	}
	_, err := number.Float64()
	if integer, ok := new(big.Int).SetString(number.String(), 10); ok && err == nil {
		_, accuracy := new(big.Float).SetInt(integer).Float64()
		return accuracy == big.Exact
	}
	return err == nil
}

func eachNumber(path *field.Path, value any, visit func(*field.Path, json.Number)) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(value) {
			eachNumber(path.Child(key), value[key], visit)
		}
	case []any:
		for i := range value {
			eachNumber(path.Index(i), value[i], visit)
		}
	case json.Number:
		visit(path, value)
	}
}

// roundedByYAML rejects numbers of 2^63 and more: the YAML library has turned them
// into floats, so their last digits are lost.
func roundedByYAML(data []byte) error {
	values, err := object(data)
	if err != nil {
		return err
	}
	eachNumber(nil, values, func(at *field.Path, number json.Number) {
		if float, _ := number.Float64(); math.Abs(float) >= 1<<63 {
			err = fmt.Errorf("%s: the number does not fit into an int64: write it as a string", at)
		}
	})
	return err
}
