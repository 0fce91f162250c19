package audit

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
)

// An Input is an object and, if known, where it was read. The object is a Go
// type of its API or an *unstructured.Unstructured; the latter shows old
// versions and unknown fields as well, so prefer it for what others wrote.
type Input struct {
	Object runtime.Object

	// File and Line are where the object begins. The path of a file in the
	// repository, parted by slashes, shows which Kustomization applies it.
	File string
	Line int
}

// Inputs wraps objects whose origin is not known.
func Inputs[O runtime.Object](objects []O) []Input {
	inputs := make([]Input, len(objects))
	for i, object := range objects {
		inputs[i].Object = object
	}
	return inputs
}

// An Option adjusts [Check].
type Option interface{ apply(*settings) }

type settings struct {
	platform []string
	now      time.Time
}

// Platform names namespaces of the platform, beside those of Kubernetes, Flux and
// Capsule, which are known.
type Platform []string

func (p Platform) apply(s *settings) { s.platform = append(s.platform, p...) }

// At is the time of the audit. With it, credentials that have expired are not
// taken for live ones; without it every credential is.
type At time.Time

func (a At) apply(s *settings) { s.now = time.Time(a) }

// Check returns everything that is wrong with a set of objects: one cluster's,
// as a whole. The order of the findings does not depend on that of the inputs.
// Findings that an annotation suppresses are among them, see
// [Finding.Suppressed]. The objects are not changed.
func Check(inputs []Input, opts ...Option) []Finding {
	var s settings
	for _, opt := range opts {
		opt.apply(&s)
	}
	m := newModel(inputs, s)
	var findings []Finding
	for i := range rules {
		r := &report{rule: &rules[i].Rule, model: m}
		rules[i].check(m, r)
		findings = append(findings, r.findings...)
	}
	sortFindings(findings)
	return slices.Clip(findings)
}
