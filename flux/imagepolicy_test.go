package flux_test

import (
	"testing"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var imagePolicy = buildtest.Kind[*reflectorv1.ImagePolicy]{
	Build: func(obj *reflectorv1.ImagePolicy) (*reflectorv1.ImagePolicy, error) {
		return flux.ImagePolicy(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *reflectorv1.ImagePolicy) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &reflectorv1.ImagePolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "app"},
		Spec: reflectorv1.ImagePolicySpec{
			ImageRepositoryRef: meta.NamespacedObjectReference{Name: "other"},
			Policy:             reflectorv1.ImagePolicyChoice{SemVer: &reflectorv1.SemVerPolicy{Range: ">=1.0.0"}},
		},
	},
	Accepts: []string{
		`spec: {suspend: true}`,
		`spec: {policy: {semver: {range: "1.x"}}}`,
		`spec: {filterTags: {extract: "$ts", pattern: "^main-(?P<ts>[0-9]+)$"}}`,
		`spec: {digestReflectionPolicy: IfNotPresent}`,
		`spec: {digestReflectionPolicy: Always, interval: 1m}`,
		`spec: {policy: {alphabetical: {order: asc}, semver: null}}`,
		`spec: {policy: {numerical: {order: desc}, semver: null}}`,
		`spec: {filterTags: {pattern: "^(a)-(?P<ts>.*)$", extract: "$1-${ts}-$$x"}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:     "no policy",
			Change:   `spec: {policy: {semver: null}}`,
			Faults:   []string{`spec.policy: Required value: exactly one of semver, alphabetical and numerical`},
			Stricter: "the controller stalls",
		},
		{
			Name:   "several policies",
			Change: `spec: {policy: {alphabetical: {order: up}, numerical: {order: down}, semver: {range: latest}}}`,
			Faults: []string{
				`spec.policy.semver.range: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.policy.alphabetical.order: Unsupported value: "up": supported values: "asc", "desc"`,
				`spec.policy.numerical.order: Unsupported value: "down": supported values: "asc", "desc"`,
				`spec.policy: Forbidden: exactly one of semver, alphabetical and numerical may be set`,
			},
		},
		{
			Name:     "empty range",
			Change:   `spec: {policy: {semver: {range: ""}}}`,
			Faults:   []string{`spec.policy.semver.range: Required value`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "filter",
			Change:   `spec: {filterTags: {extract: "", pattern: "("}}`,
			Faults:   []string{"spec.filterTags.pattern: Invalid value: \"(\": error parsing regexp: missing closing ): `(`"},
			Stricter: "the controller stalls",
		},
		{
			Name:   "digest",
			Change: `spec: {digestReflectionPolicy: Sometimes}`,
			Faults: []string{`spec.digestReflectionPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`},
		},
		{
			Name:   "digest without an interval",
			Change: `spec: {digestReflectionPolicy: Always}`,
			Faults: []string{`spec.interval: Required value: when digestReflectionPolicy is Always`},
		},
		{
			Name:   "interval without a digest",
			Change: `spec: {interval: 1m}`,
			Faults: []string{`spec.interval: Forbidden: may be set only when digestReflectionPolicy is Always`},
		},
		{
			Name:   "a group that the pattern does not have",
			Change: `spec: {filterTags: {pattern: "^(a)-(?P<ts>.*)$", extract: "$time-${3}"}}`,
			Faults: []string{
				`spec.filterTags.extract: Invalid value: "$time-${3}": the pattern has no group time`,
				`spec.filterTags.extract: Invalid value: "$time-${3}": the pattern has no group 3`,
			},
			Stricter: "all tags become the same",
		},
	},
}

func TestImagePolicy(t *testing.T) { imagePolicy.Test(t) }
