package flux_test

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
)

// FuzzNothingInvalidGetsOut builds objects of every kind with options from the
// tables and with whatever else the input says in any field of the spec. What is
// built without an error, the API server takes.
func FuzzNothingInvalidGetsOut(f *testing.F) {
	names := slices.Sorted(maps.Keys(kinds))
	for i := range names {
		f.Add([]byte{byte(i)}, "")
		f.Add([]byte{byte(i), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "x")
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		nothingInvalid(t, names, &choices{data: data, text: text})
	})
}

// The same with choices that are random, but the same in every run, since the
// fuzz target's seeds make few objects.
func TestNothingInvalidGetsOut(t *testing.T) {
	names := slices.Sorted(maps.Keys(kinds))
	random := rand.NewChaCha8([32]byte{})
	built := 0
	for range 3000 {
		data := make([]byte, 40)
		random.Read(data)
		built += nothingInvalid(t, names, &choices{data: data, text: "x"})
	}
	if built < 500 {
		t.Errorf("only %d of the objects were valid: the choices are too wild to show anything", built)
	}
}

// nothingInvalid reports how many objects were built.
func nothingInvalid(t *testing.T, names []string, choice *choices) (built int) {
	t.Helper()
	for _, table := range kinds[names[choice.of(len(names))]] {
		obj, err := table.random(choice)
		if err != nil {
			continue
		}
		built++
		for _, err := range crd.Validate(obj) {
			t.Errorf("built, but the API server refuses it: %v\n%+v", err, obj)
		}
	}
	return built
}

// random is an object built with up to three options of the tables and up to
// four changes to fields.
func (k kind[T, O]) random(choice *choices) (buildtest.Object, error) {
	var options []O
	for range choice.of(4) {
		if sets := k.sets(); len(sets) > 0 {
			options = append(options, sets[choice.of(len(sets))]...)
		}
	}
	options = append(options, k.Func(func(obj T) error {
		for range choice.of(5) {
			choice.change(reflect.ValueOf(obj).Elem().FieldByName("Spec"))
		}
		if choice.of(8) == 7 {
			obj.SetName(choice.string())
			obj.SetLabels(map[string]string{choice.string(): choice.string()})
		}
		return nil
	}))
	return k.Build(options...)
}

// choices are made by the bytes of the input, and all zero after its end.
type choices struct {
	data []byte
	text string
}

func (c *choices) of(n int) int {
	if len(c.data) == 0 {
		return 0
	}
	first := c.data[0]
	c.data = c.data[1:]
	return int(first) % n
}

// change changes one thing in v.
func (c *choices) change(v reflect.Value) {
	switch value := v.Addr().Interface().(type) {
	case *metav1.Duration:
		value.Duration = []time.Duration{time.Minute, 0, -1, 1, time.Microsecond, 1500 * time.Microsecond, time.Millisecond,
			59*time.Minute + 59*time.Second, time.Hour, 1<<63 - 1, -1 << 63}[c.of(11)]
		return
	case *apiextensionsv1.JSON:
		value.Raw = []byte([]string{`{}`, `{"a":{"b":1e400}}`, `null`, `[]`, `{`, `"a"`, ``}[c.of(7)])
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if c.of(4) == 3 {
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
		v.SetMapIndex(reflect.ValueOf(c.string()).Convert(v.Type().Key()), reflect.ValueOf(c.string()).Convert(v.Type().Elem()))
	case reflect.Struct:
		if field := v.Field(c.of(v.NumField())); field.CanSet() {
			c.change(field)
		}
	case reflect.String:
		v.SetString(c.string())
	case reflect.Bool:
		v.SetBool(c.of(2) == 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(c.of(256)) - 1)
	}
}

// string is the input's own text or one that fits somewhere, or nearly.
func (c *choices) string() string {
	texts := []string{
		c.text, "", "a", "A", "a b", "a.b", "a/b", "../a", "*", "é", "\x00", "\xff", "a\nb", c.text + "\n",
		"generic", "aws", "azure", "gcp", "github", "ldap", "oci", "default", "sops", "cosign", "notation",
		"GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart", "ExternalArtifact",
		"Kustomization", "Secret", "ConfigMap", "generic-oidc", "slack",
		"https://example.com", "https://example.com\n", "oci://ghcr.io/a", "ssh://git@example.com/a", "http://", "https://[", "HTTPS://a",
		">=1.0.0", "v1", "asc", "error", "Always", "Never", "IfNotPresent", "head", "TagAndHEAD", "extract",
		"RetryOnFailure", "RemediateOnFailure", "Create", "enabled", "auto", "orphan", "rollback", "poller", "combined",
		"MirrorPrune", "WithVariables", "originAnnotations", "Setters", "Revision", "InPlaceUpdate",
		"gpg", "refs/heads/a", "+a", ":a", "/a", "a[0]", "a[000000]", string(make([]rune, 254)), "(",
	}
	return texts[c.of(len(texts))]
}
