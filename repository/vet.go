package repository

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v2"
)

// Limits of a text that kustomize parses. kustomize takes some hundred bytes for each
// value, and its time grows with the square of the keys of a mapping and of the
// documents of a build.
const (
	maxParsed = 4 << 20 // bytes
	maxValues = 300_000
	maxLevels = 200
	maxKeys   = 10_000
)

// vetted is the content of a text that is safe to parse.
type vetted struct {
	documents []any // as [yaml.Unmarshal] returns them
}

// vet parses a text and fails unless kustomize can parse it within bounded time
// and memory: its size, its depth, the growth by its aliases and the keys of its
// mappings are bounded, and no key is duplicate.
func vet(text []byte) (*vetted, error) {
	switch {
	case len(text) > maxParsed:
		return nil, fmt.Errorf("has more than %d MiB, and is not given to kustomize", maxParsed>>20)
	case separators(text) > maxValues:
		return nil, errors.New("has too many values")
	}
	v := &vetted{}
	weight := 0
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.SetStrict(true)
	for {
		var document any
		err := decoder.Decode(&document)
		var wrong *yaml.TypeError
		switch {
		case err == io.EOF:
			return v, nil
		case errors.As(err, &wrong):
			return nil, errors.New(wrong.Errors[0])
		case err != nil:
			return nil, err
		}
		w, err := weigh(document, maxLevels)
		if err != nil {
			return nil, err
		}
		if weight += w; weight > 1<<20+8*len(text) {
			return nil, errors.New("has aliases that stand for too much")
		}
		if document != nil {
			v.documents = append(v.documents, document)
		}
	}
}

// weigh returns about how many bytes a value takes as text.
func weigh(value any, levels int) (int, error) {
	switch value := value.(type) {
	case string:
		return len(value), nil
	case []any:
		weight := 0
		for _, item := range value {
			if levels == 0 {
				return 0, errTooDeep
			}
			w, err := weigh(item, levels-1)
			if err != nil {
				return 0, err
			}
			weight += w + 2
		}
		return weight, nil
	case map[any]any:
		if len(value) > maxKeys {
			return 0, errTooWide
		}
		weight := 0
		for key, item := range value {
			if levels == 0 {
				return 0, errTooDeep
			}
			k, err := weigh(key, levels-1)
			if err != nil {
				return 0, err
			}
			w, err := weigh(item, levels-1)
			if err != nil {
				return 0, err
			}
			weight += k + w + 2
		}
		return weight, nil
	}
	return 8, nil
}

var (
	errTooDeep = fmt.Errorf("is nested deeper than %d levels", maxLevels)
	errTooWide = fmt.Errorf("has a mapping of more than %d keys", maxKeys)
)

// separators counts the characters that separate values. A text has at most twice as
// many values.
func separators(text []byte) int {
	n := 0
	for _, separator := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029", ",", "[", "{", "- ", "-\t", "? ", "?\t"} {
		n += bytes.Count(text, []byte(separator))
	}
	return n
}
