// Package tenanttest holds the specs that the tests of several packages share.
package tenanttest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// testdata is the path from any top-level package of the module.
const testdata = "../tenant/testdata"

// Smallest returns the smallest valid spec.
func Smallest() tenant.Spec {
	return tenant.Spec{Name: "dev-team", Git: tenant.Git{URL: "https://github.com/org/dev-team.git"}}
}

// Specs decodes the specs in tenant's testdata, strictly, by file name.
func Specs(t testing.TB) map[string]tenant.Spec {
	t.Helper()
	files, err := filepath.Glob(testdata + "/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no specs in %s: %v", testdata, err)
	}
	specs := map[string]tenant.Spec{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var spec tenant.Spec
		if err := manifest.NewDecoder(bytes.NewReader(text), nil, manifest.File(file)).DecodeInto(&spec); err != nil {
			t.Fatal(err)
		}
		specs[strings.TrimSuffix(filepath.Base(file), ".yaml")] = spec
	}
	return specs
}

// CA returns a certificate in PEM.
func CA(t testing.TB) string {
	t.Helper()
	pem, err := os.ReadFile(testdata + "/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	return string(pem)
}

// Proxy returns tokenless access through Capsule Proxy at a URL.
func Proxy(t testing.TB, url string) kubeconfig.Access {
	return kubeconfig.Access{Proxy: url, CA: CA(t), Audiences: []string{"https://kubernetes.default.svc.cluster.local"}}
}

// Build returns the bundle of a spec, which must not fail.
func Build(t testing.TB, spec tenant.Spec) *tenant.Bundle {
	t.Helper()
	bundle, err := tenant.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// Write returns objects as YAML.
func Write[O runtime.Object](t testing.TB, objects []O) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := manifest.WriteAll(&out, objects); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Runtime returns the objects as the interface that manifest uses.
func Runtime(objects []client.Object) []runtime.Object {
	out := make([]runtime.Object, len(objects))
	for i, obj := range objects {
		out[i] = obj
	}
	return out
}

// ID returns an ID that is unique in a cluster.
func ID(obj client.Object) string {
	return obj.GetObjectKind().GroupVersionKind().String() + " " + obj.GetNamespace() + "/" + obj.GetName()
}

// Milliseconds keeps a fuzzed number of them from overflowing.
func Milliseconds(n int64) time.Duration {
	return time.Duration(n%1e9) * time.Millisecond
}

// Duration parses a duration as Flux writes it.
func Duration(text string) metav1.Duration {
	var d metav1.Duration
	if err := d.UnmarshalJSON([]byte(`"` + text + `"`)); err != nil {
		panic(err)
	}
	return d
}

// Targets are every supported version of Flux, with the Capsule that this module is
// built with: the isolation of a tenant needs it.
func Targets() []schema.Target {
	targets := schema.Targets()
	for i := range targets {
		targets[i].CapsuleVersion = ""
	}
	return targets
}
