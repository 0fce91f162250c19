package flux

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// HelmValues is the option that [Values] and [ValuesYAML] return.
type HelmValues struct {
	json []byte
	err  error
}

// Values sets the values of a HelmRelease from anything that encoding/json
// writes as an object: a map, a struct with JSON tags. Numbers and strings stay
// what they are; an integer that the API server could not keep is an error. Given more than once, later values are merged over earlier
// ones, map by map, as Helm does it. The values are read at once: what becomes of
// v later does not matter.
func Values(v any) HelmValues {
	data, err := json.Marshal(v)
	return HelmValues{data, err}
}

// ValuesYAML is [Values] for YAML text, such as a chart's values.yaml. A key
// given twice and a second document are errors. Scalars mean what they mean to
// Helm: an unquoted on is a boolean, a quoted one a string.
func ValuesYAML(text string) HelmValues {
	document, err := oneDocument(text)
	if err != nil {
		return HelmValues{nil, err}
	}
	data, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return HelmValues{nil, err}
	}
	return HelmValues{data, roundedByYAML(data)}
}

// ApplyToHelmRelease merges into spec.values.
func (v HelmValues) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	path := field.NewPath("spec", "values")
	if v.err != nil {
		return notPrinted(path, v.err.Error())
	}
	values, err := object(v.json)
	if err != nil {
		return notPrinted(path, err.Error())
	}
	if release.Spec.Values != nil {
		earlier, err := object(release.Spec.Values.Raw)
		if err != nil {
			return notPrinted(path, err.Error())
		}
		values = mergedValues(earlier, values)
	}
	data, err := json.Marshal(values)
	if err != nil {
		return notPrinted(path, err.Error())
	}
	release.Spec.Values = &apiextensionsv1.JSON{Raw: data}
	return nil
}

func validateValues(path *field.Path, values *apiextensionsv1.JSON) field.ErrorList {
	if values == nil {
		return nil
	}
	decoded, err := object(values.Raw)
	if err != nil {
		return field.ErrorList{notPrinted(path, err.Error())}
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

// oneDocument refuses a stream: the YAML library reads its first document and
// drops the others without a word.
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

// isEmpty tells whether a document holds nothing but comments.
func isEmpty(document []byte) bool {
	for line := range bytes.Lines(document) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return false
		}
	}
	return true
}
