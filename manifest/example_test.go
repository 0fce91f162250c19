package manifest_test

import (
	"fmt"
	"io"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

func Example() {
	namespace := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: "dev-team"},
	}
	settings := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: "settings", Namespace: "dev-team"},
		Data:       map[string]string{"version": "1.10", "debug": "off"},
	}

	objects := []runtime.Object{settings, namespace}
	manifest.Sort(objects)
	if err := manifest.Write(os.Stdout, objects...); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ---
	// apiVersion: v1
	// kind: Namespace
	// metadata:
	//   name: dev-team
	// spec: {}
	// ---
	// apiVersion: v1
	// data:
	//   debug: "off"
	//   version: "1.10"
	// kind: ConfigMap
	// metadata:
	//   name: settings
	//   namespace: dev-team
}

// Kinds in the scheme are read into their Go types, others as unstructured.
func ExampleRead() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
	}
	objects, err := manifest.Read(strings.NewReader(`
apiVersion: v1
kind: ServiceAccount
metadata:
  name: gitops-reconciler
---
apiVersion: example.com/v1
kind: Widget
metadata:
  name: gear
`), scheme)
	if err != nil {
		fmt.Println(err)
	}
	for _, obj := range objects {
		fmt.Printf("%T\n", obj)
	}
	// Output:
	// *v1.ServiceAccount
	// *unstructured.Unstructured
}

// All that is wrong is reported at once, each problem with its place.
func ExampleRead_errors() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
	}
	_, err := manifest.Read(strings.NewReader(`apiVersion: v1
kind: ServiceAccount
metadata:
  name: a
  lables: {}
automountServiceAccountToken: "no"
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: b
  name: c
`), scheme, manifest.File("accounts.yaml"))
	fmt.Println(err)
	// Output:
	// accounts.yaml:5 (document 1): ServiceAccount a: unknown field "metadata.lables"
	// accounts.yaml:6 (document 1): ServiceAccount a: automountServiceAccountToken: a string where the type is bool
	// accounts.yaml:12 (document 2): ServiceAccount b: duplicate key "name"
}

// A stream of any length is read document by document.
func ExampleDecoder() {
	d := manifest.NewDecoder(strings.NewReader(`# The team's own.
apiVersion: v1
kind: Namespace
metadata:
  name: dev-team
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    name: dev-team-staging
- apiVersion: v1
  kind: Namespace
  metadata:
    name: dev-team-production
`), nil, manifest.File("namespaces.yaml"))
	for obj, err := range d.All() {
		if err != nil {
			fmt.Println(err)
			continue // with the next document
		}
		fmt.Println(d.Position(), obj.(metav1.Object).GetName())
	}
	// Output:
	// namespaces.yaml:2 (document 1) dev-team
	// namespaces.yaml:10 (document 2) dev-team-staging
	// namespaces.yaml:14 (document 2) dev-team-production
}

// Other types are read as strictly as objects are.
func ExampleDecoder_DecodeInto() {
	type team struct {
		Name  string `json:"name"`
		Quota int    `json:"quota,omitempty"`
	}
	d := manifest.NewDecoder(strings.NewReader("name: a\n---\nname: b\nquotas: 5\n"), nil, manifest.File("teams.yaml"))
	for {
		var t team
		err := d.DecodeInto(&t)
		if err == io.EOF {
			break
		}
		fmt.Println(t.Name, err)
	}
	// Output:
	// a <nil>
	// b teams.yaml:4 (document 2): unknown field "quotas"
}

// An Encoder writes as many objects as there are, one at a time.
func ExampleEncoder() {
	enc := manifest.NewEncoder(os.Stdout)
	for _, name := range []string{"a", "b"} {
		err := enc.Encode(&corev1.Namespace{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			ObjectMeta: metav1.ObjectMeta{Name: name},
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// ---
	// apiVersion: v1
	// kind: Namespace
	// metadata:
	//   name: a
	// spec: {}
	// ---
	// apiVersion: v1
	// kind: Namespace
	// metadata:
	//   name: b
	// spec: {}
}

// Objects of several types are written as they come, a slice of one type with
// WriteAll.
func ExampleWriteAll() {
	accounts := []*corev1.ServiceAccount{{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Name: "gitops-reconciler", Namespace: "dev-team"},
	}}
	if err := manifest.WriteAll(os.Stdout, accounts); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ---
	// apiVersion: v1
	// kind: ServiceAccount
	// metadata:
	//   name: gitops-reconciler
	//   namespace: dev-team
}

// Objects of different types in one call, in the order to apply them.
func ExampleWrite() {
	account := &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler"},
	}
	home := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: "dev-team"},
	}
	if err := manifest.Write(os.Stdout, home, account); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ---
	// apiVersion: v1
	// kind: Namespace
	// metadata:
	//   name: dev-team
	// spec: {}
	// ---
	// apiVersion: v1
	// kind: ServiceAccount
	// metadata:
	//   name: gitops-reconciler
	//   namespace: dev-team
}
