package kubeconfig_test

import (
	"reflect"
	"testing"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/internal/schematest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

func TestSchema(t *testing.T) {
	schema := schematest.Parse(t, kubeconfig.Schema())
	schematest.Compare(t, schema, reflect.TypeFor[kubeconfig.Access]())
	for name, test := range map[string]struct {
		access kubeconfig.Access
		ok     bool
	}{
		"none":             {kubeconfig.Access{}, true},
		"proxy":            {kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001"}, true},
		"API server":       {kubeconfig.Access{APIServer: "https://api.example.com/k8s", SecretRef: &meta.SecretKeyReference{Name: "x"}}, true},
		"both":             {kubeconfig.Access{Proxy: "https://a", APIServer: "https://b"}, false},
		"plain http":       {kubeconfig.Access{Proxy: "http://capsule-proxy:9001"}, false},
		"proxy and a path": {kubeconfig.Access{Proxy: "https://capsule-proxy:9001/api"}, false},
		"credentials":      {kubeconfig.Access{HTTPProxy: "http://user@proxy:3128"}, false},
		"rubbish as CA":    {kubeconfig.Access{Proxy: "https://p", CA: "rubbish"}, false},
		"audience":         {kubeconfig.Access{Proxy: "https://p", Audiences: []string{"a b"}}, false},
	} {
		if faults := schematest.Faults(t, schema, test.access); test.ok != (len(faults) == 0) {
			t.Errorf("%s: %v", name, faults)
		}
	}
}
