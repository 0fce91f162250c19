package flux_test

import (
	"testing"
	"time"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type policyOption = flux.ImagePolicyOption

var imagePolicy = kind[*reflectorv1.ImagePolicy, policyOption]{
	Kind: buildtest.Kind[*reflectorv1.ImagePolicy, policyOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...policyOption) (*reflectorv1.ImagePolicy, error) {
			return flux.ImagePolicy("dev-team", "app", &reflectorv1.ImageRepository{ObjectMeta: inDevTeam},
				append(buildtest.With[policyOption](flux.SemVer(">=1.0.0")), opts...)...)
		},
		Func:    func(f func(*reflectorv1.ImagePolicy) error) policyOption { return flux.ImagePolicyFunc(f) },
		NilFunc: flux.ImagePolicyFunc(nil),
		Options: []buildtest.Sets[policyOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.SemVer("1.x"), YAML: `spec: {policy: {semver: {range: 1.x}}}`},
			{
				Option: flux.FilterTags{Pattern: `^main-(?P<ts>[0-9]+)$`, Extract: "$ts"},
				YAML:   `spec: {filterTags: {pattern: "^main-(?P<ts>[0-9]+)$", extract: $ts}}`,
			},
			{Option: flux.ReflectDigest("IfNotPresent"), YAML: `spec: {digestReflectionPolicy: IfNotPresent}`},
		},
		Invalid: []buildtest.Refuses[policyOption]{
			{
				Name:     "no policy",
				Options:  buildtest.With[policyOption](noSemVer),
				Faults:   []string{`spec.policy: Required value: exactly one of semver, alphabetical and numerical`},
				Stricter: "the controller stalls",
			},
			{
				Name:    "several policies",
				Options: buildtest.With[policyOption](flux.SemVer("latest"), flux.Alphabetical("up"), flux.Numerical("down")),
				Faults: []string{
					`spec.policy.semver.range: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
					`spec.policy.alphabetical.order: Unsupported value: "up": supported values: "asc", "desc"`,
					`spec.policy.numerical.order: Unsupported value: "down": supported values: "asc", "desc"`,
					`spec.policy: Forbidden: exactly one of semver, alphabetical and numerical may be set`,
				},
			},
			{
				Name:     "empty range",
				Options:  buildtest.With[policyOption](flux.SemVer("")),
				Faults:   []string{`spec.policy.semver.range: Required value`},
				Stricter: "the controller stalls",
			},
			{
				Name:     "filter",
				Options:  buildtest.With[policyOption](flux.FilterTags{Pattern: "("}),
				Faults:   []string{"spec.filterTags.pattern: Invalid value: \"(\": error parsing regexp: missing closing ): `(`"},
				Stricter: "the controller stalls",
			},
			{
				Name:    "digest",
				Options: buildtest.With[policyOption](flux.ReflectDigest("Sometimes")),
				Faults:  []string{`spec.digestReflectionPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`},
			},
			{
				Name:    "digest without an interval",
				Options: buildtest.With[policyOption](flux.ReflectDigest("Always")),
				Faults:  []string{`spec.interval: Required value: when digestReflectionPolicy is Always`},
			},
			{
				Name:    "interval without a digest",
				Options: buildtest.With[policyOption](flux.Interval(time.Minute)),
				Faults:  []string{`spec.interval: Forbidden: may be set only when digestReflectionPolicy is Always`},
			},
		},
	},
	together: [][]policyOption{
		{flux.ReflectDigest("Always"), flux.Interval(time.Minute)},
		{flux.Alphabetical("asc"), noSemVer},
		{flux.Numerical("desc"), noSemVer},
	},
}

var noSemVer = flux.ImagePolicyFunc(func(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Policy.SemVer = nil
	return nil
})

func TestImagePolicy(t *testing.T) { imagePolicy.Test(t) }

// policyOfForeign refers to an ImageRepository of another namespace.
var policyOfForeign = kind[*reflectorv1.ImagePolicy, policyOption]{
	Kind: buildtest.Kind[*reflectorv1.ImagePolicy, policyOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...policyOption) (*reflectorv1.ImagePolicy, error) {
			return flux.ImagePolicy("dev-team", "app", &reflectorv1.ImageRepository{ObjectMeta: elsewhere}, opts...)
		},
		Func:    imagePolicy.Func,
		NilFunc: imagePolicy.NilFunc,
	},
	together: [][]policyOption{{flux.SemVer("1.x")}},
}

func TestImagePolicyRepository(t *testing.T) {
	policy := policyOfForeign.Must(t, flux.SemVer("1.x"))
	if ref := policy.Spec.ImageRepositoryRef; ref.Name != "other" || ref.Namespace != "platform" {
		t.Errorf("refers to %s, want platform/other", ref)
	}
	checkCRD(t, policy)

	_, err := flux.ImagePolicy("dev-team", "app", nil, flux.SemVer("1.x"))
	if diff := cmp.Diff([]string{`spec.imageRepositoryRef.name: Required value`}, buildtest.Faults(err)); diff != "" {
		t.Errorf("faults without a repository (-want +got):\n%s", diff)
	}
}
