// Package manifesttest makes random objects of every kind of Flux and Capsule,
// for the tests of the packages around it.
package manifesttest

import (
	"encoding/json"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	imageautov1 "github.com/fluxcd/image-automation-controller/api/v1"
	imagev1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1b3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/randfill"
)

// Scheme knows every kind that the tests fill at random.
func Scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, rbacv1.AddToScheme, apiextensionsv1.AddToScheme,
		sourcev1.AddToScheme, kustomizev1.AddToScheme, helmv2.AddToScheme,
		notificationv1.AddToScheme, notificationv1b3.AddToScheme,
		imagev1.AddToScheme, imageautov1.AddToScheme,
		capsulev1beta2.AddToScheme,
	} {
		utilruntime.Must(add(s))
	}
	return s
}

// Kinds returns the kinds of a scheme that are objects: they have metadata
// and are no lists.
func Kinds(s *runtime.Scheme) []schema.GroupVersionKind {
	var kinds []schema.GroupVersionKind
	for gvk, typ := range s.AllKnownTypes() {
		if _, ok := typ.FieldByName("ObjectMeta"); ok && gvk.Version != runtime.APIVersionInternal {
			kinds = append(kinds, gvk)
		}
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) })
	return kinds
}

// Fill returns an object of a kind with random content in every field, less
// its status, and in the form in which the API carries it: as decoded from its
// own JSON. That takes away what JSON has no words for, such as the difference
// between nil and empty under omitempty, or a time's nanoseconds.
func Fill(t *testing.T, s *runtime.Scheme, gvk schema.GroupVersionKind, seed int64) runtime.Object {
	t.Helper()
	r := rand.New(rand.NewSource(seed))
	filler := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(metafuzzer.Funcs, freeForm(r)), rand.NewSource(seed), serializer.NewCodecFactory(s)).
		NilChance(.3).NumElements(0, 3).MaxDepth(12)

	obj, err := s.New(gvk)
	if err != nil {
		t.Fatal(err)
	}
	filler.Fill(obj)
	if status := reflect.ValueOf(obj).Elem().FieldByName("Status"); status.IsValid() {
		status.SetZero()
	}
	obj.GetObjectKind().SetGroupVersionKind(gvk)

	data, err := json.Marshal(obj)
	if err != nil {
		t.Fatalf("%s: %v", gvk, err)
	}
	carried, _ := s.New(gvk)
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, carried); err != nil {
		t.Skipf("%s does not survive its own JSON: %v", gvk.Kind, err)
	}
	if status := reflect.ValueOf(carried).Elem().FieldByName("Status"); status.IsValid() {
		status.SetZero()
	}
	return carried
}

// freeForm fills what accepts any JSON.
func freeForm(r *rand.Rand) fuzzer.FuzzerFuncs {
	return func(serializer.CodecFactory) []any {
		return []any{
			func(j *apiextensionsv1.JSON, _ randfill.Continue) { j.Raw = RandomJSON(r) },
			func(j *runtime.RawExtension, _ randfill.Continue) { j.Raw = RandomJSON(r) },
			func(s *string, c randfill.Continue) { *s = randomString(r, c) },
		}
	}
}

// RandomJSON returns a JSON object with anything in it.
func RandomJSON(r *rand.Rand) []byte {
	data, err := json.Marshal(map[string]any{"v": RandomValue(r, 4)})
	utilruntime.Must(err)
	return data
}

// RandomValue returns a JSON value of at most so many levels.
func RandomValue(r *rand.Rand, depth int) any {
	n := r.Intn(10)
	if depth == 0 {
		n = r.Intn(7)
	}
	switch n {
	case 0:
		return nil
	case 1:
		return r.Intn(2) == 0
	case 2:
		return r.Int63() >> r.Intn(64)
	case 3:
		return -r.Int63()
	case 4:
		return r.NormFloat64()
	case 5, 6:
		return randomString(r, nil)
	case 7:
		list := make([]any, r.Intn(4))
		for i := range list {
			list[i] = RandomValue(r, depth-1)
		}
		return list
	}
	m := map[string]any{}
	for range r.Intn(4) {
		m[randomString(r, nil)] = RandomValue(r, depth-1)
	}
	return m
}

// Tricky are strings that YAML reads as something else unless they are quoted,
// and those that it lays out in several ways.
var Tricky = []string{
	"", " ", "\n", "~", "null", "Null", "on", "off", "y", "n", "yes", "No", "true", "FALSE", "1.0", "0123", "0x1f", "0b11", "1e3", "1_000",
	".5", ".inf", "-.INF", ".nan", "-", "--", "---", "...", "- a", "? a", ": a", "a: b", "a:", "a #b", "a#b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a'", `"a"`, `a"b\c`,
	"<<", "=", "2020-01-01", "2020-01-01T00:00:00Z", "12:30:45", "5m0s", "100m", "1Gi", "10.0.0.1", "v1.2.3", "./x", "/x", "{}", "[]", "{a", "[a", "a,b",
	"a\nb", "a\nb\n", "a\n\nb\n\n", "\na", " a\nb", "a \nb", "a\n b\n", "a\tb", "a\r\nb", "a\u0085b", "a\u2028b", "\ufeffa", "\u00a0", "é", "日本", "\U0001f600", "\x00", "\x7f", "\u200b",
	strings.Repeat("long words ", 12), strings.Repeat("long: words ", 12), strings.Repeat("x", 130), "-----BEGIN X-----\nAAAA\n-----END X-----\n",
}

func randomString(r *rand.Rand, c interface{ String(int) string }) string {
	switch n := r.Intn(6); {
	case n < 3:
		return Tricky[r.Intn(len(Tricky))]
	case n == 3:
		return Tricky[r.Intn(len(Tricky))] + Tricky[r.Intn(len(Tricky))]
	case n == 4 && c != nil:
		return c.String(0)
	}
	const letters = "abcdefgXYZ019-./: \n"
	s := make([]byte, r.Intn(30))
	for i := range s {
		s[i] = letters[r.Intn(len(letters))]
	}
	return string(s)
}
