package fleet

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/schematest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func TestSchema(t *testing.T) {
	schema := schematest.Parse(t, Schema())
	schematest.Compare(t, schema, reflect.TypeFor[Platform]())
	valid := Platform{
		Git:      tenant.Git{URL: "https://example.com/x.git"},
		Clusters: []Cluster{{Name: "production"}},
		Capsule:  Capsule{Values: Values{"replicaCount": 2}},
	}
	if faults := schematest.Faults(t, schema, valid); len(faults) > 0 {
		t.Errorf("a valid platform: %v", faults)
	}
	for name, spoil := range map[string]func(*Platform){
		"no cluster":   func(p *Platform) { p.Clusters = []Cluster{} },
		"no source":    func(p *Platform) { p.Git = tenant.Git{} },
		"two sources":  func(p *Platform) { p.OCI.URL = "oci://example.com/x" },
		"cluster name": func(p *Platform) { p.Clusters[0].Name = "a/b" },
		"two sources of a cluster": func(p *Platform) {
			p.Clusters[0].Git.URL, p.Clusters[0].OCI.URL = "https://example.com/x", "oci://example.com/x"
		},
		"access": func(p *Platform) { p.Clusters[0].Access.Proxy = "http://p" },
	} {
		spoilt := valid.DeepCopy()
		spoil(spoilt)
		if faults := schematest.Faults(t, schema, spoilt); len(faults) == 0 {
			t.Errorf("%s: the schema accepts it", name)
		}
	}
}

// TestValuesDeepCopy: the copy shares no map and no list with the original.
func TestValuesDeepCopy(t *testing.T) {
	make := func() Values {
		return Values{"a": map[string]any{"b": []any{map[string]any{"c": 1}}}, "d": "e", "f": []any(nil), "g": nil}
	}
	original := make()
	clone := original.DeepCopy()
	if diff := cmp.Diff(make(), clone); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
	list := clone["a"].(map[string]any)["b"].([]any)
	list[0].(map[string]any)["c"] = 2
	list[0] = nil
	clone["a"].(map[string]any)["b"] = nil
	clone["d"] = nil
	if diff := cmp.Diff(make(), original); diff != "" {
		t.Errorf("the original has changed: -want +got:\n%s", diff)
	}
	if got := Values(nil).DeepCopy(); got != nil {
		t.Errorf("the copy of nil is %v", got)
	}
}
