package audit_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// read reads a stream as package repository does: without a scheme, so that old
// versions and unknown fields are seen.
func read(t testing.TB, text []byte, file ...string) []audit.Input {
	t.Helper()
	var inputs []audit.Input
	decoder := manifest.NewDecoder(bytes.NewReader(text), nil, manifest.File(strings.Join(file, "")))
	for {
		object, err := decoder.Decode()
		if err == io.EOF {
			return inputs
		}
		if err != nil {
			t.Fatal(err)
		}
		pos := decoder.Position()
		inputs = append(inputs, audit.Input{Object: object, File: pos.File, Line: pos.Line})
	}
}

func readFile(t testing.TB, file string) []audit.Input {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, text)
}

// describe is a finding in one line.
func describe(f audit.Finding) string {
	suppressed := ""
	if f.Suppressed != "" {
		suppressed = fmt.Sprintf(" (suppressed: %s)", f.Suppressed)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s [%s] %s: %s: %s%s", f.Severity, f.Rule, f.Tenant, f.Object, f.Field, f.Message, suppressed))
}

// toUnstructured is the object as it is read from a file.
func toUnstructured(t testing.TB, object runtime.Object) runtime.Object {
	t.Helper()
	if u, ok := object.(*unstructured.Unstructured); ok {
		return u
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	return &unstructured.Unstructured{Object: content}
}

// admissionPolicies are those of package tenant, for a platform that changes
// nothing about them.
func admissionPolicies(t testing.TB) []client.Object {
	t.Helper()
	policies, err := tenant.AdmissionPolicies(tenant.PolicySpec{})
	if err != nil {
		t.Fatal(err)
	}
	var objs []client.Object
	for _, policy := range policies {
		objs = append(objs, policy.Objects()...)
	}
	return objs
}
