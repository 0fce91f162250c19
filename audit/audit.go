package audit

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// An Input is an object and, if known, where it was read. The object is a Go type of
// its API or an *unstructured.Unstructured. The latter shows old versions and unknown
// fields as well, so prefer it for objects that others wrote.
type Input struct {
	Object runtime.Object

	// File and Line are where the object begins. The path of a file in the
	// repository, with slashes, shows which Kustomization applies it.
	File string
	Line int

	// Err is why a file, or a part of the set, could not be read; the object is
	// then nil. Every output names it, see [Report.Unread].
	Err error
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
type Option interface{ apply(*model.Settings) }

// Platform names namespaces of the platform besides those of Kubernetes, Flux and
// Capsule.
type Platform []string

func (p Platform) apply(s *model.Settings) { s.Platform = append(s.Platform, p...) }

// PlatformTenants names tenants that are the platform's own, such as one called
// ops whose namespaces hold the ingress controller: their namespaces count as the
// platform's. Of tenants without a Tenant of Capsule, those called infra,
// infrastructure, platform, platform-team, cluster or system are known.
type PlatformTenants []string

func (p PlatformTenants) apply(s *model.Settings) {
	s.PlatformTenants = append(s.PlatformTenants, p...)
}

// At is the time of the audit. With it, credentials that have expired do not count
// as live ones; without it every credential does.
type At time.Time

func (a At) apply(s *model.Settings) { s.Now = time.Time(a) }

// Check returns everything that is wrong with a set of objects: one cluster's, as a
// whole. The order of the findings does not depend on the order of the inputs.
// Findings that an annotation suppresses are among them, see [Finding.Suppressed].
// The objects are not changed.
func Check(inputs []Input, opts ...Option) *Report {
	var settings model.Settings
	for _, opt := range opts {
		opt.apply(&settings)
	}
	report := &Report{Findings: []Finding{}}
	var objects []*model.Object
	for _, in := range inputs {
		if in.Err != nil {
			report.Unread = append(report.Unread, Unread{in.File, in.Line, in.Err.Error()})
		} else if o := model.NewObject(in.Object, in.File, in.Line); o != nil {
			objects = append(objects, o)
		}
	}
	report.model = model.New(objects, settings)
	for i, rule := range rules {
		found := &findings{rule: &pages()[i], tenancy: report.model.Tenancy}
		rule.check(report.model, found)
		report.Findings = append(report.Findings, found.list...)
	}
	report.Unseen = unseen(report.model)
	sortFindings(report.Findings)
	sortUnread(report.Unread)
	report.Findings = slices.Clip(withoutRepeats(report.Findings))
	suppressKnown(report.Findings, settings.Known)
	return report
}

// Kinds returns the kinds that the rules read, in a fixed order, for programs that
// collect objects from a cluster. Kustomization files (kustomize.config.k8s.io)
// are read too, where there are any.
func Kinds() []schema.GroupKind { return model.Kinds() }
