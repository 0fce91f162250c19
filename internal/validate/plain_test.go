package validate

import (
	"strings"
	"testing"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// FuzzPlain: the API server accepts every plainly valid value, and most common names
// are plainly valid.
func FuzzPlain(f *testing.F) {
	for _, name := range []string{
		"", "a", "a-b", "a--b", "-a", "a-", "a.b", "a..b", "a.-b", "a-.b", ".a", "a.", "A", "a_b", "a/b", "a.b/c_D.e", "/a", "a/", "a/b/c",
		"ä", "a\n", "0", strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a", 253), strings.Repeat("a", 254),
	} {
		f.Add(name, "ns", "key", "value", true)
		f.Add("name", name, "key", "value", true)
		f.Add("name", name, "key", "value", false)
		f.Add("name", "", name, "value", false)
		f.Add("name", "", "key", name, false)
	}
	f.Fuzz(func(t *testing.T, name, namespace, key, value string, namespaced bool) {
		obj := &metav1.ObjectMeta{
			Name: name, Namespace: namespace,
			Labels: map[string]string{key: value}, Annotations: map[string]string{key: value},
		}
		errs := apivalidation.ValidateObjectMetaAccessor(obj, namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
		if plain := plainMeta(obj, namespaced); plain && len(errs) > 0 {
			t.Errorf("plain, and yet: %v", errs.ToAggregate())
		} else if !plain && len(errs) == 0 {
			t.Errorf("not seen to be fine at a glance: %q %q %q %q", namespace, name, key, value)
		}
		if errs := validation.IsDNS1123Label(name); plainLabel(name) != (len(errs) == 0) {
			t.Errorf("plainLabel(%q) = %v, and yet: %v", name, plainLabel(name), errs)
		}
	})
}
