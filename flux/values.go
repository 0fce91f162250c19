package flux

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Values are the values of a HelmRelease, from anything that encoding/json writes
// as an object: a map, a struct with JSON tags. Numbers and strings keep their
// type. An integer that the API server could not keep is an error.
func Values(v any) (*apiextensionsv1.JSON, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	return MergeValues(&apiextensionsv1.JSON{Raw: data})
}

// ValuesYAML are the values of a HelmRelease from YAML text, such as a chart's
// values.yaml. A duplicate key and a second document are errors. Scalars have the
// types that Helm gives them: an unquoted on is a boolean, a quoted one a string.
func ValuesYAML(text string) (*apiextensionsv1.JSON, error) {
	document, err := oneDocument(text)
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	data, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	if err := roundedByYAML(data); err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	return MergeValues(&apiextensionsv1.JSON{Raw: data})
}

// MergeValues merges values, later ones over earlier ones, map by map, as Helm
// does it. It skips nil.
func MergeValues(values ...*apiextensionsv1.JSON) (*apiextensionsv1.JSON, error) {
	merged := map[string]any{}
	for _, each := range values {
		if each == nil {
			continue
		}
		decoded, err := object(each.Raw)
		if err != nil {
			return nil, fmt.Errorf("values: %w", err)
		}
		merged = mergedValues(merged, decoded)
	}
	if errs := validateNumbers(field.NewPath("values"), merged); len(errs) > 0 {
		return nil, errs.ToAggregate()
	}
	data, err := json.Marshal(merged)
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	return &apiextensionsv1.JSON{Raw: data}, nil
}

func validateValues(path *field.Path, values *apiextensionsv1.JSON) field.ErrorList {
	if values == nil {
		return nil
	}
	decoded, err := object(values.Raw)
	if err != nil {
		return field.ErrorList{validate.NotPrinted(path, err.Error())}
	}
	return validateNumbers(path, decoded)
}

// object decodes a JSON object. Its numbers keep all their digits.
func object(data []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var values map[string]any
	if err := decoder.Decode(&values); err != nil {
		return nil, errors.New("must be a mapping of keys to values")
	}
	if values == nil { // null
		return map[string]any{}, nil
	}
	return values, nil
}

func mergedValues(into, from map[string]any) map[string]any {
	for key, value := range from {
		below, isMap := into[key].(map[string]any)
		if over, ok := value.(map[string]any); ok && isMap {
			into[key] = mergedValues(below, over)
		} else {
			into[key] = value
		}
	}
	return into
}

// oneDocument rejects a stream, since the YAML library would read only its first
// document.
func oneDocument(text string) ([]byte, error) {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	var found []byte
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		switch empty := isEmpty(document); {
		case empty:
		case found != nil:
			return nil, errors.New("must be a single YAML document")
		default:
			found = document
		}
	}
}

// isEmpty reports whether a document holds nothing but comments.
func isEmpty(document []byte) bool {
	for line := range bytes.Lines(document) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return false
		}
	}
	return true
}
