package flux_test

import (
	"testing"
	"time"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type policyOption = flux.ImagePolicyOption

var imagePolicy = kind[*reflectorv1.ImagePolicy, policyOption]{
	build: func(opts ...policyOption) (*reflectorv1.ImagePolicy, error) {
		return flux.ImagePolicy("dev-team", "app", &reflectorv1.ImageRepository{ObjectMeta: inDevTeam},
			append(with[policyOption](flux.SemVer(">=1.0.0")), opts...)...)
	},
	fn:      func(f func(*reflectorv1.ImagePolicy) error) policyOption { return flux.ImagePolicyFunc(f) },
	nilFunc: flux.ImagePolicyFunc(nil),
	options: []sets[policyOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.SemVer("1.x"), `spec: {policy: {semver: {range: 1.x}}}`},
		{
			flux.FilterTags{Pattern: `^main-(?P<ts>[0-9]+)$`, Extract: "$ts"},
			`spec: {filterTags: {pattern: "^main-(?P<ts>[0-9]+)$", extract: $ts}}`,
		},
		{flux.ReflectDigest("IfNotPresent"), `spec: {digestReflectionPolicy: IfNotPresent}`},
	},
	together: [][]policyOption{
		{flux.ReflectDigest("Always"), flux.Interval(time.Minute)},
		{flux.Alphabetical("asc"), noSemVer},
		{flux.Numerical("desc"), noSemVer},
	},
	invalid: []refuses[policyOption]{
		{
			name:     "no policy",
			options:  with[policyOption](noSemVer),
			faults:   []string{`spec.policy: Required value: exactly one of semver, alphabetical and numerical`},
			stricter: "the controller stalls",
		},
		{
			name:    "several policies",
			options: with[policyOption](flux.SemVer("latest"), flux.Alphabetical("up"), flux.Numerical("down")),
			faults: []string{
				`spec.policy.semver.range: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.policy.alphabetical.order: Unsupported value: "up": supported values: "asc", "desc"`,
				`spec.policy.numerical.order: Unsupported value: "down": supported values: "asc", "desc"`,
				`spec.policy: Forbidden: exactly one of semver, alphabetical and numerical may be set`,
			},
		},
		{
			name:     "empty range",
			options:  with[policyOption](flux.SemVer("")),
			faults:   []string{`spec.policy.semver.range: Required value`},
			stricter: "the controller stalls",
		},
		{
			name:     "filter",
			options:  with[policyOption](flux.FilterTags{Pattern: "("}),
			faults:   []string{"spec.filterTags.pattern: Invalid value: \"(\": error parsing regexp: missing closing ): `(`"},
			stricter: "the controller stalls",
		},
		{
			name:    "digest",
			options: with[policyOption](flux.ReflectDigest("Sometimes")),
			faults:  []string{`spec.digestReflectionPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`},
		},
		{
			name:    "digest without an interval",
			options: with[policyOption](flux.ReflectDigest("Always")),
			faults:  []string{`spec.interval: Required value: when digestReflectionPolicy is Always`},
		},
		{
			name:    "interval without a digest",
			options: with[policyOption](flux.Interval(time.Minute)),
			faults:  []string{`spec.interval: Forbidden: may be set only when digestReflectionPolicy is Always`},
		},
	},
}

var noSemVer = flux.ImagePolicyFunc(func(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Policy.SemVer = nil
	return nil
})

func TestImagePolicy(t *testing.T) { imagePolicy.test(t) }

// policyOfForeign refers to an ImageRepository of another namespace.
var policyOfForeign = kind[*reflectorv1.ImagePolicy, policyOption]{
	build: func(opts ...policyOption) (*reflectorv1.ImagePolicy, error) {
		return flux.ImagePolicy("dev-team", "app", &reflectorv1.ImageRepository{ObjectMeta: elsewhere}, opts...)
	},
	fn:       imagePolicy.fn,
	nilFunc:  imagePolicy.nilFunc,
	together: [][]policyOption{{flux.SemVer("1.x")}},
}

func TestImagePolicyRepository(t *testing.T) {
	policy := policyOfForeign.must(t, flux.SemVer("1.x"))
	if ref := policy.Spec.ImageRepositoryRef; ref.Name != "other" || ref.Namespace != "platform" {
		t.Errorf("refers to %s, want platform/other", ref)
	}
	checkCRD(t, policy)

	_, err := flux.ImagePolicy("dev-team", "app", nil, flux.SemVer("1.x"))
	if diff := cmp.Diff([]string{`spec.imageRepositoryRef.name: Required value`}, faults(err)); diff != "" {
		t.Errorf("faults without a repository (-want +got):\n%s", diff)
	}
}
