package encode_test

import (
	"encoding/json"
	"errors"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/encode"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/manifesttest"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

// FuzzEncodeJSON holds the encoder to its promise, byte for byte what
// sigs.k8s.io/yaml writes, for any JSON in a field that takes any.
func FuzzEncodeJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"b":[1,2,{"c":"d","e":[[],{},[[1]]]}],"c":{"x":{}}}`,
		`{"a":"on","b":"1.0","c":"0123","d":"1e3","e":"null","f":"","g":"5m0s","h":"./x","i":".5","j":"~"}`,
		`{"n":12345678901234567,"m":-0,"o":1.0,"p":1e21,"q":18446744073709551615,"r":1e3,"s":-5,"t":0.1e-7}`,
		`{"ca":"-----BEGIN\nabc\n-----END\n","t":"a\n\nb","u":"\n","v":" x\ny","w":"x \ny","x":"x\n\n"}`,
		`{"item10":1,"item9":2,"A":3,"a":4,"_x":5,"0":6,"00":7,"é":8,"true":9,"":10,"a b":11,"a: b":12}`,
		`{"l":["a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d"]}`,
		`{"` + strings.Repeat("k", 129) + `":{"a":1,"b":[1,"2"]},"` + strings.Repeat("l", 129) + `":["x",{"y":"z"}]}`,
		`{"x":{"y":[{"z":"yes","a":["no",["off",{"b":"\u003c\ud83d\ude00 é\/\b\f\r\t"}]]}]}}`,
		`[[[["a\nb"]]],null,true,false]`, `"a b"`, `1`, `{}`, `[]`, `{"\n":{"a":[]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compareWithSigs(t, data) })
}

// FuzzEncodeValues does the same for values made of what is tricky in YAML.
func FuzzEncodeValues(f *testing.F) {
	for seed := range int64(100) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		r := rand.New(rand.NewSource(seed))
		data, err := json.Marshal(manifesttest.RandomValue(r, 5))
		if err != nil {
			t.Fatal(err)
		}
		compareWithSigs(t, data)
	})
}

// compareWithSigs compares what the encoder and sigs.k8s.io/yaml write for an
// object with the JSON given, unless the library itself fails.
func compareWithSigs(t *testing.T, data []byte) {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil || value == nil || !encode.Ordered(value) {
		return
	}
	obj := &appsv1.ControllerRevision{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ControllerRevision"},
		Data:     runtime.RawExtension{Raw: data},
	}
	want, err := yaml.Marshal(obj)
	if err != nil {
		return // as for control characters
	}
	var back struct {
		Data any `json:"data"`
	}
	if err := yaml.Unmarshal(want, &back); err != nil || !reflect.DeepEqual(back.Data, value) {
		return // as for a next-line character, or a key "<<"
	}
	got, err := write(obj)
	if err != nil {
		if strings.Contains(err.Error(), "duplicate key") || errors.Is(err, scalar.ErrInteger) || errors.Is(err, scalar.ErrFloat) {
			return
		}
		t.Fatal(err)
	}
	if diff := cmp.Diff("---\n"+string(want), got); diff != "" {
		t.Errorf("sigs.k8s.io/yaml (-) and Write (+) differ:\n%s", diff)
	}
}
