package validate

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The API server's own code matches every name, label and annotation of every object
// against regular expressions, which would be most of the cost of building a tenant.
// Plainly valid values are recognized here, and only the others go there. Nothing is
// rejected here.

// plainMeta reports whether metadata is plainly fine.
func plainMeta(obj metav1.Object, namespaced bool) bool {
	if namespaced && !plainLabel(obj.GetNamespace()) || !namespaced && obj.GetNamespace() != "" {
		return false
	}
	return plainSubdomain(obj.GetName()) &&
		plainLabels(obj.GetLabels()) &&
		plainAnnotations(obj.GetAnnotations()) &&
		obj.GetGenerateName() == "" && obj.GetGeneration() == 0 &&
		len(obj.GetOwnerReferences()) == 0 && len(obj.GetFinalizers()) == 0 && len(obj.GetManagedFields()) == 0
}

// plainLabel reports whether a name is a DNS-1123 label.
func plainLabel(name string) bool {
	return len(name) <= 63 && plainSubdomain(name) && !strings.Contains(name, ".")
}

// plainSubdomain reports whether a name is a DNS-1123 subdomain: lower case letters
// and digits, with dashes and dots that have one of these on both sides, or dashes
// that have another dash.
func plainSubdomain(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	before := byte('.')
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c == '-' && before != '.':
		case c == '.' && before != '.' && before != '-':
		default:
			return false
		}
		before = name[i]
	}
	return before != '.' && before != '-'
}

func plainLabels(labels map[string]string) bool {
	for key, value := range labels {
		if !plainKey(key) || value != "" && !plainWord(value) {
			return false
		}
	}
	return true
}

func plainAnnotations(annotations map[string]string) bool {
	size := 0
	for key, value := range annotations {
		size += len(key) + len(value)
		if !plainKey(key) {
			return false
		}
	}
	return size <= 1<<16 // the limit is 1<<18
}

// plainKey reports whether text is the key of a label: a word, and before it a domain
// if it has one.
func plainKey(key string) bool {
	domain, word, ok := strings.Cut(key, "/")
	if !ok {
		return plainWord(key)
	}
	return plainSubdomain(domain) && plainWord(word)
}

// plainWord reports whether text is the value of a label, not empty.
func plainWord(text string) bool {
	if text == "" || len(text) > 63 {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
		case (c == '-' || c == '_' || c == '.') && i > 0 && i < len(text)-1:
		default:
			return false
		}
	}
	return true
}
