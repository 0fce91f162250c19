package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/schema"
)

func TestTargets(t *testing.T) {
	want := []schema.Target{
		{FluxVersion: "2.7", CapsuleVersion: "0.13"}, {FluxVersion: "2.8", CapsuleVersion: "0.13"},
		{FluxVersion: "2.9", CapsuleVersion: "0.14"}, {FluxVersion: "2.10", CapsuleVersion: "0.14"},
	}
	if diff := cmp.Diff(want, schema.Targets()); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// TestValidateTargets: what a version does not know is an error that says which
// version does.
func TestValidateTargets(t *testing.T) {
	const (
		kustomization = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: b}\n" +
			"spec: {interval: 5m, prune: true, sourceRef: {kind: GitRepository, name: a}, "
		expression = "healthCheckExprs: [{apiVersion: a/v1, current: 'true'}]}"
		provider   = "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Provider\nmetadata: {name: a, namespace: b}\nspec: {type: slack}"
		quota      = "apiVersion: capsule.clastix.io/v1beta2\nkind: GlobalResourceQuota\nmetadata: {name: a}\nspec: {quotas: {}}"
		noKind     = `spec.healthCheckExprs[0].kind: Required value: (accepted from Flux 2.9 on)`
		unserved   = `kind: Invalid value: "notification.toolkit.fluxcd.io/v1, Kind=Provider": no such kind is served (accepted from Flux 2.10 on)`
	)
	flux := func(versions ...string) []schema.Target {
		var targets []schema.Target
		for _, v := range versions {
			targets = append(targets, schema.Target{FluxVersion: v})
		}
		return targets
	}
	for _, test := range []struct {
		name, object string
		targets      []schema.Target
		want         []string
	}{
		{"pinned", kustomization + expression, nil, nil},
		{"newest", kustomization + expression, flux("v2.10.1"), nil},
		{"oldest", kustomization + expression, flux("2.7"), []string{unchecked, noKind}},
		{"once for all versions that lack it", kustomization + expression, flux("2.7", "2.8", "2.9"), []string{unchecked, noKind}},
		{"unknown field", kustomization + "ignore: [{paths: [/spec]}]}", flux("2.8"),
			[]string{`spec.ignore: Forbidden: unknown field "spec.ignore" (accepted from Flux 2.9 on)`}},
		{"no version accepts it", kustomization + "ignored: []}", flux("2.7", "2.10"),
			[]string{`spec.ignored: Forbidden: unknown field "spec.ignored"`}},
		{"a version of the API that is new", provider, nil, []string{unserved}},
		{"served by one of two", provider, flux("2.9", "2.10"), []string{unserved}},
		{"a kind that is new", quota, []schema.Target{{CapsuleVersion: "0.13.11"}},
			[]string{`kind: Invalid value: "capsule.clastix.io/v1beta2, Kind=GlobalResourceQuota": no such kind is served`}},
		{"what became stricter", "apiVersion: capsule.clastix.io/v1beta2\nkind: Tenant\nmetadata: {name: a}\n" +
			"spec: {additionalRoleBindings: [{clusterRoleName: a, subjects: []}]}", nil,
			[]string{`spec.additionalRoleBindings[0].subjects: Invalid value: 0: spec.additionalRoleBindings[0].subjects in body should have at least 1 items (accepted up to Capsule 0.13)`}},
		{"unsupported", provider, []schema.Target{{FluxVersion: "2.6", CapsuleVersion: "1"}}, []string{
			`capsuleVersion: Unsupported value: "1": supported values: "0.13", "0.14"`,
			`fluxVersion: Unsupported value: "2.6": supported values: "2.7", "2.8", "2.9", "2.10"`,
		}},
		{"one unsupported of two", kustomization + "path: ./}", flux("2.9", "nine"), []string{
			`targets[1].fluxVersion: Unsupported value: "nine": supported values: "2.7", "2.8", "2.9", "2.10"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var u unstructured.Unstructured
			if err := yaml.Unmarshal([]byte(test.object), &u.Object); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, err := range schema.Validate(&u, test.targets...) {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}
