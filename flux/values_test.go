package flux_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

func TestValues(t *testing.T) {
	type image struct {
		Tag     string `json:"tag"`
		Ignored string `json:"-"`
	}
	for name, test := range map[string]struct {
		options []releaseOption
		want    string
	}{
		"integers": {
			buildtest.With[releaseOption](flux.Values(map[string]any{"a": 12345678901234567, "b": int64(math.MaxInt64), "c": int64(math.MinInt64)})),
			`{"a":12345678901234567,"b":9223372036854775807,"c":-9223372036854775808}`,
		},
		"strings that look like something else": {
			buildtest.With[releaseOption](flux.Values(map[string]string{"a": "on", "b": "1.0", "c": "0123", "d": "null", "e": "", "f": "1e3"})),
			`{"a":"on","b":"1.0","c":"0123","d":"null","e":"","f":"1e3"}`,
		},
		"floats": {
			buildtest.With[releaseOption](flux.Values(map[string]any{"a": 0.1, "b": 1e20, "c": 1e300, "d": -1.5e-7})),
			`{"a":0.1,"b":100000000000000000000,"c":1e+300,"d":-1.5e-7}`,
		},
		"a struct": {
			buildtest.With[releaseOption](flux.Values(image{Tag: "6.0.0", Ignored: "x"})),
			`{"tag":"6.0.0"}`,
		},
		"YAML": {
			buildtest.With[releaseOption](flux.ValuesYAML("# chart\n---\na: 12345678901234567\nb: \"on\"\nc: '0123'\nd:\n- 1.5\n- status: {}\n")),
			`{"a":12345678901234567,"b":"on","c":"0123","d":[1.5,{"status":{}}]}`,
		},
		"YAML with three dashes in a string": {
			buildtest.With[releaseOption](flux.ValuesYAML("a: |\n  ---\n  b\n")),
			`{"a":"---\nb\n"}`,
		},
		"merged": {
			buildtest.With[releaseOption](
				flux.Values(map[string]any{"image": map[string]any{"tag": "1", "repository": "app"}, "n": 12345678901234567, "list": []int{1, 2}}),
				flux.ValuesYAML("image: {tag: '2'}\nlist: [3]\n")),
			`{"image":{"repository":"app","tag":"2"},"list":[3],"n":12345678901234567}`,
		},
		"a map replaced by a string, and back": {
			buildtest.With[releaseOption](flux.ValuesYAML("a: {b: 1}"), flux.ValuesYAML("a: text"), flux.ValuesYAML("a: {c: 2}")),
			`{"a":{"c":2}}`,
		},
		"HTML": {
			buildtest.With[releaseOption](flux.Values(map[string]string{"a": "<b> & </b>"})),
			`{"a":"\u003cb\u003e \u0026 \u003c/b\u003e"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			release := helmRelease.Must(t, test.options...)
			if diff := cmp.Diff(test.want, string(release.Spec.Values.Raw)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			checkCRD(t, release)
		})
	}
}

func TestValuesRefused(t *testing.T) {
	cyclic := map[string]any{"password": "hunter2"}
	cyclic["self"] = cyclic
	for name, test := range map[string]struct {
		option flux.HelmValues
		want   string
	}{
		"a list":            {flux.Values([]string{"hunter2"}), "must be a mapping of keys to values"},
		"a string":          {flux.ValuesYAML("hunter2"), "must be a mapping of keys to values"},
		"a duplicate key":   {flux.ValuesYAML("password: hunter2\npassword: hunter2\n"), `key "password" already set in map`},
		"two documents":     {flux.ValuesYAML("a: hunter2\n---\nb: hunter2\n"), "must be a single YAML document"},
		"not YAML":          {flux.ValuesYAML("a: hunter2\n\tb: hunter2"), "line 2"},
		"not a number":      {flux.Values(map[string]any{"a": math.NaN(), "password": "hunter2"}), "unsupported value: NaN"},
		"a function":        {flux.Values(map[string]any{"a": func() {}}), "unsupported type: func()"},
		"what has no end":   {flux.Values(cyclic), "cycle"},
		"an alias bomb":     {flux.ValuesYAML(bomb()), "excessive aliasing"},
		"YAML without keys": {flux.ValuesYAML("? [a, b]\n: hunter2\n"), "key"},
		"an integer that is too big": {
			flux.Values(map[string]any{"ids": []uint64{1, math.MaxUint64}}), "spec.values.ids[1]: Invalid value: the number does not fit",
		},
		"an integer that YAML rounds": {
			flux.ValuesYAML("ids:\n- 1\n- 123456789012345678901234\n"), "ids[1]: the number does not fit into an int64",
		},
		"a float that is too big": {
			flux.Values(map[string]any{"a": json.Number("1e400")}), "spec.values.a: Invalid value: the number does not fit",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := helmRelease.Build(test.option)
			got := buildtest.Faults(err)
			if len(got) != 1 || !strings.HasPrefix(got[0], "spec.values") || !strings.Contains(got[0], test.want) {
				t.Errorf("faults = %q, want one of spec.values with %q", got, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}

// Values are read when they are given, not when they are applied.
func TestValuesAreCopied(t *testing.T) {
	values := map[string]any{"a": 1}
	option := flux.Values(values)
	values["a"] = 2
	if got := string(helmRelease.Must(t, option).Spec.Values.Raw); got != `{"a":1}` {
		t.Errorf("values = %s, want those at the time of the call", got)
	}
}

func TestNoValues(t *testing.T) {
	if got := string(helmRelease.Must(t, flux.Values(nil)).Spec.Values.Raw); got != "{}" {
		t.Errorf("values = %s, want {}", got)
	}
}

func bomb() string {
	text := "a0: &a0 [hunter2]\n"
	for i := range 12 {
		text += strings.NewReplacer("N", string(rune('a'+i+1)), "M", string(rune('a'+i))).Replace(
			"kN: &N [*M, *M, *M, *M, *M, *M, *M, *M, *M, *M]\n")
	}
	return strings.Replace(text, "a0: &a0", "ka: &a", 1)
}
