package schema

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

func TestKinds(t *testing.T) {
	want := []string{
		"capsule.clastix.io/v1beta2, Kind=CapsuleConfiguration",
		"capsule.clastix.io/v1beta2, Kind=CustomQuota",
		"capsule.clastix.io/v1beta2, Kind=GlobalCustomQuota",
		"capsule.clastix.io/v1beta2, Kind=GlobalResourceQuota",
		"capsule.clastix.io/v1beta2, Kind=GlobalTenantResource",
		"capsule.clastix.io/v1beta2, Kind=ResourcePool",
		"capsule.clastix.io/v1beta2, Kind=ResourcePoolClaim",
		"capsule.clastix.io/v1beta2, Kind=Tenant",
		"capsule.clastix.io/v1beta2, Kind=TenantOwner",
		"capsule.clastix.io/v1beta2, Kind=TenantResource",
		"helm.toolkit.fluxcd.io/v2, Kind=HelmRelease",
		"image.toolkit.fluxcd.io/v1, Kind=ImagePolicy",
		"image.toolkit.fluxcd.io/v1, Kind=ImageRepository",
		"image.toolkit.fluxcd.io/v1, Kind=ImageUpdateAutomation",
		"kustomize.toolkit.fluxcd.io/v1, Kind=Kustomization",
		"notification.toolkit.fluxcd.io/v1, Kind=Receiver",
		"notification.toolkit.fluxcd.io/v1beta3, Kind=Alert",
		"notification.toolkit.fluxcd.io/v1beta3, Kind=Provider",
		"source.toolkit.fluxcd.io/v1, Kind=Bucket",
		"source.toolkit.fluxcd.io/v1, Kind=ExternalArtifact",
		"source.toolkit.fluxcd.io/v1, Kind=GitRepository",
		"source.toolkit.fluxcd.io/v1, Kind=HelmChart",
		"source.toolkit.fluxcd.io/v1, Kind=HelmRepository",
		"source.toolkit.fluxcd.io/v1, Kind=OCIRepository",
	}
	var got []string
	for _, gvk := range Kinds(Target{}) {
		got = append(got, gvk.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds differ (-want +got):\n%s", diff)
	}
}

// Kinds that the oldest and the newest target serve in addition to the pinned one, or
// lack.
func TestKindsOfTargets(t *testing.T) {
	pinned := Kinds(Target{})
	has := func(list []schema.GroupVersionKind) func(schema.GroupVersionKind) bool {
		return func(gvk schema.GroupVersionKind) bool { return slices.Contains(list, gvk) }
	}
	for _, test := range []struct {
		target     Target
		more, less []string
	}{
		{Target{FluxVersion: "2.7", CapsuleVersion: "v0.13.8"}, nil, []string{"GlobalResourceQuota"}},
		{Target{FluxVersion: "v2.10.1", CapsuleVersion: "0.14"}, []string{"Alert", "Provider"}, nil},
		{Target{FluxVersion: "2.6"}, nil, kindNames(pinned)},
	} {
		got := Kinds(test.target)
		more := kindNames(slices.DeleteFunc(slices.Clone(got), has(pinned)))
		less := kindNames(slices.DeleteFunc(slices.Clone(pinned), has(got)))
		if diff := cmp.Diff([][]string{test.more, test.less}, [][]string{more, less}); diff != "" {
			t.Errorf("%+v serves more and less (-want +got):\n%s", test.target, diff)
		}
	}
}

func kindNames(kinds []schema.GroupVersionKind) []string {
	var names []string
	for _, gvk := range kinds {
		names = append(names, gvk.Kind)
	}
	return names
}

func TestCovers(t *testing.T) {
	for _, gvk := range Kinds(Target{}) {
		if !Covers(gvk.GroupKind()) {
			t.Errorf("Covers(%s) = false, but Kinds has it", gvk)
		}
		if other := (schema.GroupKind{Group: "apps", Kind: gvk.Kind}); Covers(other) {
			t.Errorf("Covers(%s) = true", other)
		}
	}
}

// TestEditions: every kind compiles in every version, its schema is what the API
// server demands of a CRD, and no edition repeats the one before.
func TestEditions(t *testing.T) {
	all, err := editions()
	if err != nil {
		t.Fatal(err)
	}
	for gvk, list := range all {
		for i, e := range list {
			v, err := e.compile()
			if err != nil {
				t.Errorf("%s: %v", gvk, err)
				continue
			}
			if errs := structuralschema.ValidateStructural(nil, v.structural); len(errs) > 0 {
				t.Errorf("%s: schema is not structural: %v", gvk, errs.ToAggregate())
			}
			if v.structural.Properties["metadata"].Type != "object" || v.structural.Properties["spec"].Type != "object" {
				t.Errorf("%s: schema lacks metadata or spec", gvk)
			}
			if e.since < 0 || i > 0 && e.since <= list[i-1].since {
				t.Errorf("%s: edition %d is since version %d", gvk, i, e.since)
			}
		}
	}
}

// No upstream CRD embeds whole objects today; the day one does, they are
// validated as the API server does it.
func TestEmbeddedResource(t *testing.T) {
	var version apiextensionsv1.CustomResourceDefinitionVersion
	if err := yaml.UnmarshalStrict([]byte(`
name: v1
schema:
  openAPIV3Schema:
    type: object
    properties:
      spec:
        type: object
        properties:
          template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
`), &version); err != nil {
		t.Fatal(err)
	}
	v, err := compile(apiextensionsv1.ClusterScoped, version)
	if err != nil {
		t.Fatal(err)
	}
	var u unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(`
apiVersion: example.com/v1
kind: Team
metadata: {name: team}
spec:
  template: {apiVersion: v1, kind: Secret, metadata: {name: a/b, labelz: {}}}
`), &u.Object); err != nil {
		t.Fatal(err)
	}
	errs, err := v.decode(&u)
	if err != nil {
		t.Fatal(err)
	}
	errs = append(errs, v.validate(&u)...)
	var got []string
	for _, err := range errs {
		got = append(got, err.Type.String()+" at "+err.Field)
	}
	want := []string{
		"Forbidden at spec.template.metadata.labelz",
		"Invalid value at spec.template.metadata.name",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("errors differ (-want +got):\n%s\n%v", diff, errs)
	}
}
