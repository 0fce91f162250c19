package manifest_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// FuzzEncodeJSON holds the encoder to its promise: byte for byte what
// sigs.k8s.io/yaml writes for the same JSON.
func FuzzEncodeJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"b":[1,2,{"c":"d","e":[[],{},[[1]]]}],"c":{"x":{}}}`,
		`{"a":"on","b":"1.0","c":"0123","d":"1e3","e":"null","f":"","g":"5m0s","h":"./x","i":".5","j":"~"}`,
		`{"n":12345678901234567,"m":-0,"o":1.0,"p":1e21,"q":18446744073709551615,"r":1e400,"s":-5}`,
		`{"ca":"-----BEGIN\nabc\n-----END\n","t":"a\n\nb","u":"\n","v":" x\ny","w":"x \ny","x":"x\n\n"}`,
		`{"item10":1,"item9":2,"A":3,"a":4,"_x":5,"0":6,"00":7,"é":8,"true":9,"":10,"a b":11,"a: b":12}`,
		`{"l":["a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d"]}`,
		`{"` + string(bytes.Repeat([]byte("k"), 129)) + `":{"a":1,"b":[1,"2"]},"` + string(bytes.Repeat([]byte("l"), 129)) + `":["x",{"y":"z"}]}`,
		`{"x":{"y":[{"z":"yes","a":["no",["off",{"b":"\u003c\ud83d\ude00 é"}]]}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		u := &unstructured.Unstructured{}
		if err := json.Unmarshal(data, &u.Object); err != nil || u.Object == nil {
			return // not an object
		}
		delete(u.Object, "status")
		u.SetAPIVersion("v1")
		u.SetKind("X")
		want, err := yaml.Marshal(u.Object)
		if err != nil {
			return // the library fails
		}
		if !manifest.Ordered(u.Object) {
			return // the library has no one order for these keys
		}
		var back map[string]any
		if err := yaml.Unmarshal(want, &back); err != nil || !reflect.DeepEqual(back, u.Object) {
			return // the library does not read back what it wrote
		}
		var got bytes.Buffer
		if err := manifest.Write(&got, u); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("---\n"+string(want), got.String()); diff != "" {
			t.Errorf("sigs.k8s.io/yaml (-) and Write (+) differ:\n%s", diff)
		}
	})
}
