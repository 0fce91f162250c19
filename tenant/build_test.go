package tenant_test

import (
	"bytes"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/golden"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestBuildGolden builds every spec in testdata and compares the YAML with the golden
// file beside it.
func TestBuildGolden(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			bundle, err := tenant.Build(spec)
			if err != nil {
				t.Fatal(err)
			}
			got := tenanttest.Write(t, bundle.Objects())

			golden.Compare(t, filepath.Join("testdata", name+".golden"), got)
		})
	}
}

// TestBuildIsAccepted checks every object against the CRDs with the API server's own
// code.
func TestBuildIsAccepted(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			for _, obj := range tenanttest.Build(t, spec).Objects() {
				if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
					continue // Kubernetes' own kinds: e2e applies them.
				}
				for _, fault := range schema.Validate(obj, tenanttest.Targets()...) {
					t.Errorf("%s %s: %v", obj.GetObjectKind().GroupVersionKind().Kind, obj.GetName(), fault)
				}
			}
		})
	}
}

// TestProfilesNeedCapsule014: an older Capsule does not know the rules that isolate a
// tenant, and accepts a tenant without them.
func TestProfilesNeedCapsule014(t *testing.T) {
	old := schema.Target{CapsuleVersion: "0.13"}
	for profile, want := range map[tenant.Profile][]string{
		tenant.Baseline: {
			"spec.rules[0].enforce.ingress",
			"spec.rules[0].enforce.metadata[0].labels.pod-security.kubernetes.io/enforce-version.managed",
			"spec.rules[0].enforce.metadata[0].labels.pod-security.kubernetes.io/enforce.managed",
		},
		tenant.Restricted: {
			"spec.rules[0].enforce.ingress",
			"spec.rules[0].enforce.metadata[0].labels.pod-security.kubernetes.io/enforce-version.managed",
			"spec.rules[0].enforce.metadata[0].labels.pod-security.kubernetes.io/enforce.managed",
		},
		tenant.NoProfile: nil,
	} {
		spec := tenanttest.Smallest()
		spec.Isolation.Profile = profile
		var got []string
		for _, obj := range tenanttest.Build(t, spec).Objects() {
			if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
				continue
			}
			for _, fault := range schema.Validate(obj, old) {
				got = append(got, fault.Field)
				if !strings.HasSuffix(fault.Detail, "(accepted from Capsule 0.14 on)") {
					t.Errorf("profile %s: %v does not say from which version on it is accepted", profile, fault)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("fields of profile %s that Capsule 0.13 does not know (-want +got):\n%s", profile, diff)
		}
	}
}

// TestBuildRoundTrip: written objects read back equal.
func TestBuildRoundTrip(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			want := tenanttest.Build(t, spec).Objects()
			got, err := manifest.Read(bytes.NewReader(tenanttest.Write(t, want)), tenant.Scheme())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tenanttest.Runtime(want), got); diff != "" {
				t.Errorf("objects differ after writing and reading (-want +got):\n%s", diff)
			}
		})
	}
}

// TestObjectsAreInApplyOrder: in the order of manifest.Sort, and last the quota
// that counts some of them, since a quota that has not been counted refuses them.
func TestObjectsAreInApplyOrder(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			bundle := tenanttest.Build(t, spec)
			addKustomization(t, bundle)
			got := bundle.Objects()
			want := slices.DeleteFunc(slices.Clone(got), func(obj client.Object) bool { return obj == bundle.HomeQuota })
			manifest.Sort(want)
			want = append(want, bundle.HomeQuota)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Objects differ from manifest.Sort (-sorted +objects):\n%s", diff)
			}
		})
	}
}

// addKustomization adds an object that the home's quota counts.
func addKustomization(t *testing.T, bundle *tenant.Bundle) {
	t.Helper()
	jobs, err := bundle.NewKustomization("jobs", kustomizev1.KustomizationSpec{Path: "./jobs"})
	if err != nil {
		t.Fatal(err)
	}
	if err := bundle.Add(jobs); err != nil {
		t.Fatal(err)
	}
}

// TestObjectsHoldsEveryField: a field that is added to Bundle and forgotten in
// Objects would never be applied.
func TestObjectsHoldsEveryField(t *testing.T) {
	var bundle tenant.Bundle
	fields := reflect.ValueOf(&bundle).Elem()
	want := 0
	for i := range fields.NumField() {
		field := fields.Field(i)
		if !field.CanSet() {
			continue
		}
		if field.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			field = field.Index(0)
		}
		field.Set(reflect.New(field.Type().Elem()))
		want++
	}
	if got := len(bundle.Objects()); got != want {
		t.Errorf("Objects returns %d objects of a bundle with %d fields set", got, want)
	}
	if got := len((&tenant.Bundle{}).Objects()); got != 0 {
		t.Errorf("Objects returns %d objects of an empty bundle", got)
	}
}

// TestBuildSharesNothing changes everything in one bundle and checks that the spec
// and a second bundle stay the same.
func TestBuildSharesNothing(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			untouched := tenanttest.Specs(t)[name]
			first, second := tenanttest.Build(t, spec).Objects(), tenanttest.Build(t, spec).Objects()
			want := tenanttest.Write(t, second)
			for i, obj := range first {
				scribble(reflect.ValueOf(obj).Elem())
				for j, other := range first[i+1:] {
					if strings.Contains(string(tenanttest.Write(t, []client.Object{other})), scribbled) {
						t.Errorf("objects %d and %d share memory", i, i+1+j)
					}
				}
			}
			if diff := cmp.Diff(string(want), string(tenanttest.Write(t, second))); diff != "" {
				t.Errorf("two bundles share memory (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(untouched, spec); diff != "" {
				t.Errorf("the spec and its bundle share memory (-before +after):\n%s", diff)
			}
		})
	}
}

const scribbled = "scribbled"

// scribble overwrites every string, map entry and slice element it can reach.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			scribble(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				scribble(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribble(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if v.Type().Elem().Kind() == reflect.String {
				v.SetMapIndex(key, reflect.ValueOf(scribbled).Convert(v.Type().Elem()))
			}
		}
	case reflect.String:
		v.SetString(scribbled)
	}
}
