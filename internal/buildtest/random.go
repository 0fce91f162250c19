package buildtest

import (
	"reflect"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Random builds one of the accepted objects with up to four changes to fields, and
// reports whether it was accepted. It fails the test if the API server then
// rejects it.
func (k Kind[T]) Random(t *testing.T, choices *Choices) bool {
	t.Helper()
	changes := k.changes()
	given := k.Changed(t, changes[choices.Of(len(changes))])
	for range choices.Of(5) {
		choices.change(reflect.ValueOf(given).Elem().FieldByName("Spec"))
	}
	if choices.Of(8) == 7 {
		given.SetName(choices.text())
		given.SetLabels(map[string]string{choices.text(): choices.text()})
	}
	obj, err := k.Build(given)
	if err != nil {
		return false
	}
	if errs := validateCRD(obj); len(errs) > 0 {
		document, _ := yaml.Marshal(obj)
		t.Errorf("built, but the API server rejects it: %v\n%s", errs.ToAggregate(), document)
	}
	return true
}

// Choices come from bytes, and are all zero after their end.
type Choices struct {
	data  []byte
	texts []string
}

// NewChoices are the choices that data makes; a text is one of texts.
func NewChoices(data []byte, texts []string) *Choices { return &Choices{data, texts} }

// Of is a number below n.
func (c *Choices) Of(n int) int {
	if len(c.data) == 0 {
		return 0
	}
	first := c.data[0]
	c.data = c.data[1:]
	return int(first) % n
}

func (c *Choices) text() string { return c.texts[c.Of(len(c.texts))] }

// change changes one thing in v.
func (c *Choices) change(v reflect.Value) {
	switch value := v.Addr().Interface().(type) {
	case *metav1.Duration:
		value.Duration = []time.Duration{time.Minute, 0, -1, 1, time.Microsecond, 1500 * time.Microsecond, time.Millisecond,
			59*time.Minute + 59*time.Second, time.Hour, 1<<63 - 1, -1 << 63}[c.Of(11)]
		return
	case *apiextensionsv1.JSON:
		value.Raw = []byte([]string{`{}`, `{"a":{"b":1e400}}`, `null`, `[]`, `{`, `"a"`, ``}[c.Of(7)])
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if c.Of(4) == 3 {
			v.SetZero()
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		c.change(v.Elem())
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		last := v.Index(v.Len() - 1)
		c.change(last)
		c.change(last)
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		key, elem := v.Type().Key(), v.Type().Elem()
		if elem.Kind() == reflect.String {
			v.SetMapIndex(reflect.ValueOf(c.text()).Convert(key), reflect.ValueOf(c.text()).Convert(elem))
		}
	case reflect.Struct:
		if field := v.Field(c.Of(v.NumField())); field.CanSet() {
			c.change(field)
		}
	case reflect.String:
		v.SetString(c.text())
	case reflect.Bool:
		v.SetBool(c.Of(2) == 1)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(c.Of(256)) - 1)
	}
}
