package flux_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// valuesFunc makes values, as flux.Values, ValuesYAML and MergeValues do.
type valuesFunc func() (*apiextensionsv1.JSON, error)

func of(v any) valuesFunc {
	return func() (*apiextensionsv1.JSON, error) { return flux.Values(v) }
}

func ofYAML(text string) valuesFunc {
	return func() (*apiextensionsv1.JSON, error) { return flux.ValuesYAML(text) }
}

func mergedOf(all ...valuesFunc) valuesFunc {
	return func() (*apiextensionsv1.JSON, error) {
		var values []*apiextensionsv1.JSON
		for _, f := range all {
			v, err := f()
			if err != nil {
				return nil, err
			}
			values = append(values, v)
		}
		return flux.MergeValues(values...)
	}
}

func TestValues(t *testing.T) {
	type image struct {
		Tag     string `json:"tag"`
		Ignored string `json:"-"`
	}
	for name, test := range map[string]struct {
		values valuesFunc
		want   string
	}{
		"none": {of(nil), `{}`},
		"integers": {
			of(map[string]any{"a": 12345678901234567, "b": int64(math.MaxInt64), "c": int64(math.MinInt64)}),
			`{"a":12345678901234567,"b":9223372036854775807,"c":-9223372036854775808}`,
		},
		"strings that look like something else": {
			of(map[string]string{"a": "on", "b": "1.0", "c": "0123", "d": "null", "e": "", "f": "1e3"}),
			`{"a":"on","b":"1.0","c":"0123","d":"null","e":"","f":"1e3"}`,
		},
		"floats": {
			of(map[string]any{"a": 0.1, "b": 1e20, "c": 1e300, "d": -1.5e-7}),
			`{"a":0.1,"b":100000000000000000000,"c":1e+300,"d":-1.5e-7}`,
		},
		"a struct": {of(image{Tag: "6.0.0", Ignored: "x"}), `{"tag":"6.0.0"}`},
		"YAML": {
			ofYAML("# chart\n---\na: 12345678901234567\nb: \"on\"\nc: '0123'\nd:\n- 1.5\n- status: {}\n"),
			`{"a":12345678901234567,"b":"on","c":"0123","d":[1.5,{"status":{}}]}`,
		},
		"YAML with three dashes in a string": {ofYAML("a: |\n  ---\n  b\n"), `{"a":"---\nb\n"}`},
		"merged": {
			mergedOf(
				of(map[string]any{"image": map[string]any{"tag": "1", "repository": "app"}, "n": 12345678901234567, "list": []int{1, 2}}),
				func() (*apiextensionsv1.JSON, error) { return nil, nil },
				ofYAML("image: {tag: '2'}\nlist: [3]\n")),
			`{"image":{"repository":"app","tag":"2"},"list":[3],"n":12345678901234567}`,
		},
		"a map replaced by a string, and back": {
			mergedOf(ofYAML("a: {b: 1}"), ofYAML("a: text"), ofYAML("a: {c: 2}")),
			`{"a":{"c":2}}`,
		},
		"HTML": {of(map[string]string{"a": "<b> & </b>"}), `{"a":"\u003cb\u003e \u0026 \u003c/b\u003e"}`},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := test.values()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(values.Raw)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			release := helmRelease.Changed(t, "")
			release.Spec.Values = values
			built, err := helmRelease.Build(release)
			if err != nil {
				t.Fatal(err)
			}
			buildtest.CheckCRD(t, built)
		})
	}
}

func TestValuesRejected(t *testing.T) {
	cyclic := map[string]any{"password": "hunter2"}
	cyclic["self"] = cyclic
	for name, test := range map[string]struct {
		values valuesFunc
		want   string
	}{
		"a list":            {of([]string{"hunter2"}), "must be a mapping of keys to values"},
		"a string":          {ofYAML("hunter2"), "must be a mapping of keys to values"},
		"a duplicate key":   {ofYAML("password: hunter2\npassword: hunter2\n"), `key "password" already set in map`},
		"two documents":     {ofYAML("a: hunter2\n---\nb: hunter2\n"), "must be a single YAML document"},
		"not YAML":          {ofYAML("a: hunter2\n\tb: hunter2"), "line 2"},
		"not a number":      {of(map[string]any{"a": math.NaN(), "password": "hunter2"}), "unsupported value: NaN"},
		"a function":        {of(map[string]any{"a": func() {}}), "unsupported type: func()"},
		"what has no end":   {of(cyclic), "cycle"},
		"an alias bomb":     {ofYAML(bomb()), "excessive aliasing"},
		"YAML without keys": {ofYAML("? [a, b]\n: hunter2\n"), "key"},
		"an integer that is too big": {
			of(map[string]any{"ids": []uint64{1, math.MaxUint64}}), "values.ids[1]: Invalid value: the number does not fit",
		},
		"an integer that YAML rounds": {
			ofYAML("ids:\n- 1\n- 123456789012345678901234\n"), "ids[1]: the number does not fit into an int64",
		},
		"a float that is too big": {
			of(map[string]any{"a": json.Number("1e400")}), "values.a: Invalid value: the number does not fit",
		},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := test.values()
			if values != nil || err == nil || !strings.HasPrefix(err.Error(), "values") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want an error about values with %q", values, err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}

// The constructor checks values from other sources.
func TestHelmReleaseChecksValues(t *testing.T) {
	for raw, want := range map[string]string{
		`["hunter2"]`:                "spec.values: Invalid value: must be a mapping of keys to values",
		`{"a":`:                      "spec.values: Invalid value: must be a mapping of keys to values",
		`{"a":[{"b":1e400}]}`:        "spec.values.a[0].b: Invalid value: the number does not fit into an int64 or float64: write it as a string",
		`{"a":12345678901234567890}`: "spec.values.a: Invalid value: the number does not fit into an int64 or float64: write it as a string",
	} {
		release := helmRelease.Changed(t, "")
		release.Spec.Values = &apiextensionsv1.JSON{Raw: []byte(raw)}
		_, err := helmRelease.Build(release)
		if diff := cmp.Diff([]string{want}, buildtest.Faults(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

// The functions that set several fields change no value that another spec has.
func TestHelmActionsAreCopied(t *testing.T) {
	shared := &helmv2.Install{Timeout: nil, Replace: true}
	one, other := helmv2.HelmReleaseSpec{Install: shared}, helmv2.HelmReleaseSpec{Install: shared}
	flux.Remediate(&one, 3)
	flux.ManageCRDs(&one, helmv2.CreateReplace)

	want := helmv2.HelmReleaseSpec{
		Install: &helmv2.Install{Replace: true, CRDs: helmv2.CreateReplace, Remediation: &helmv2.InstallRemediation{Retries: 3}},
		Upgrade: &helmv2.Upgrade{CRDs: helmv2.CreateReplace, Remediation: &helmv2.UpgradeRemediation{Retries: 3}},
	}
	if diff := cmp.Diff(want, one); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(helmv2.HelmReleaseSpec{Install: &helmv2.Install{Replace: true}}, other); diff != "" {
		t.Errorf("another spec has changed (-want +got):\n%s", diff)
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
