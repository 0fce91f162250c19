package migrate_test

import (
	"cmp"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcd/pkg/apis/meta"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/repository"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// sameSpec compares specs but for the order of the owners, which the names of
// the TenantOwners decide.
var sameSpec = gocmp.Options{
	cmpopts.SortSlices(func(a, b tenant.Owner) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	}),
	cmpopts.EquateEmpty(),
}

// TestImportBuilt: what Build makes comes back as the spec it was made of.
func TestImportBuilt(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			result, err := migrate.Import(existing(t, tenanttest.Build(t, spec).Objects()), serverOf(spec.Access))
			if err != nil {
				t.Fatal(err)
			}
			got := result.Tenants
			if len(got) != 1 {
				t.Fatalf("%d tenants, want 1", len(got))
			}
			if got[0].Err != nil || len(got[0].Differences)+len(result.Rest) > 0 {
				t.Errorf("differences from what was built: %v, %v, %v", got[0].Differences, result.Rest, got[0].Err)
			}
			// The owners may come in another order, a profile as the fields that it filled.
			if diff := gocmp.Diff(byID(t, spec), byID(t, got[0].Spec)); diff != "" {
				t.Errorf("(-built +rebuilt):\n%s\ndifferences: %v", diff, got[0].Differences)
			}
			if spec.Isolation.Profile != tenant.NoProfile {
				return
			}
			if diff := gocmp.Diff(withoutDefaults(spec), got[0].Spec, sameSpec); diff != "" {
				t.Errorf("(-built +imported):\n%s\ndifferences: %v", diff, got[0].Differences)
			}
		})
	}
}

// existing returns objects as a repository gives them.
func existing[O any](t testing.TB, objects []O) []repository.Object {
	t.Helper()
	var found []repository.Object
	for _, obj := range objects {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, repository.Object{Object: &unstructured.Unstructured{Object: content}})
	}
	return found
}

// byID builds a spec and returns its objects as YAML.
func byID(t *testing.T, spec tenant.Spec) map[string]string {
	t.Helper()
	objects := map[string]string{}
	for _, obj := range tenanttest.Build(t, spec).Objects() {
		objects[tenanttest.ID(obj)] = string(tenanttest.Write(t, []client.Object{obj}))
	}
	return objects
}

// serverOf is what no object holds of an access with a Secret.
func serverOf(access kubeconfig.Access) kubeconfig.Access {
	if access.SecretRef == nil {
		return kubeconfig.Access{}
	}
	return access
}

// withoutDefaults leaves out what a spec says that goes without saying.
func withoutDefaults(spec tenant.Spec) tenant.Spec {
	if spec.Interval.Duration == flux.DefaultReconcileInterval {
		spec.Interval.Duration = 0
	}
	if spec.Prune != nil && *spec.Prune {
		spec.Prune = nil
	}
	if spec.Decryption != nil && spec.Decryption.Provider == "" {
		spec.Decryption = spec.Decryption.DeepCopy()
		spec.Decryption.Provider = "sops"
	}
	return spec
}

// TestImport2022: the set-up of 2022 becomes a spec that builds, and every
// change is named.
func TestImport2022(t *testing.T) {
	f, err := os.Open("testdata/2022.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	objects, err := manifest.Read(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	access := tenanttest.Proxy(t, "https://capsule-proxy.capsule-system.svc:9001")
	result, err := migrate.Import(existing(t, objects), access)
	if err != nil {
		t.Fatal(err)
	}
	got := result.Tenants[0]
	want := tenant.Spec{
		Name:     "blue-team",
		Owners:   []tenant.Owner{{Kind: "User", Name: "carol"}},
		Quota:    tenant.Quota{Namespaces: 4},
		Git:      tenant.Git{URL: "https://git.example.com/blue-team.git", Branch: "main", Interval: metav1.Duration{Duration: 2 * time.Minute}},
		Path:     "./staging",
		Interval: metav1.Duration{Duration: time.Minute},
		Access:   access,

		ForceTenantPrefix: new(false),
		Isolation:         tenant.Isolation{Profile: tenant.NoProfile},
	}
	if diff := gocmp.Diff(want, got.Spec); diff != "" {
		t.Errorf("the spec (-want +got):\n%s", diff)
	}
	var report strings.Builder
	for _, difference := range slices.Concat(got.Differences, result.Rest) {
		fmt.Fprintln(&report, difference)
	}
	golden.Compare(t, "testdata/2022.golden", []byte(report.String()))
	if got.Err != nil {
		t.Errorf("the imported spec lacks something: %v", got.Err)
	}
}

// FuzzImport: any spec that builds comes back, and its import builds the same
// objects again.
func FuzzImport(f *testing.F) {
	f.Add("dev-team", "", "", "", "Group", "admins", "main", "./x", int32(3), int64(1000), true, byte(0))
	f.Add("a", "b", "c", "none", "User", "alice@example.com", "v1", "", int32(0), int64(0), false, byte(1))
	f.Add("a", "b", "c", "view", "ServiceAccount", "system:serviceaccount:ci:x", "", ".", int32(0), int64(5000), false, byte(2))
	f.Fuzz(func(t *testing.T, name, home, account, role, kind, owner, ref, path string, quota int32, interval int64, flag bool, access byte) {
		spec := tenant.Spec{
			Name: name, Home: home, ServiceAccount: account, HomeRole: role, HomeWorkloads: flag,
			Owners: []tenant.Owner{{Kind: rbac.OwnerKind(kind), Name: owner}},
			Quota:  tenant.Quota{Namespaces: quota}, Path: path, Wait: flag, Suspend: flag, ForceTenantPrefix: &flag,
			Git: tenant.Git{URL: "https://git.example.com/x.git", Branch: ref},
		}
		spec.Interval.Duration = tenanttest.Milliseconds(interval)
		switch access % 3 {
		case 1:
			spec.Access = tenanttest.Proxy(t, "https://p:9001")
		case 2:
			spec.Access = kubeconfig.Access{APIServer: "https://a:6443", CA: tenanttest.CA(t), SecretRef: &meta.SecretKeyReference{}}
		}
		comesBack(t, spec)
	})
}

// FuzzImportIsolation does the same for isolations: any part of the fullest one,
// with and without a profile to fill in the rest.
func FuzzImportIsolation(f *testing.F) {
	fullest := tenanttest.Specs(f)["isolation-everything"]
	for seed := range int64(50) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		r := rand.New(rand.NewSource(seed))
		spec := fullest
		thin(r, reflect.ValueOf(&spec.Quota).Elem())
		thin(r, reflect.ValueOf(&spec.Isolation).Elem())
		spec.Isolation.Profile = []tenant.Profile{"", tenant.NoProfile, tenant.Baseline, tenant.Restricted}[r.Intn(4)]
		comesBack(t, spec)
	})
}

// thin leaves out fields at random, and items of lists and maps.
func thin(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Field(i); r.Intn(3) == 0 {
				field.SetZero()
			} else if field.Kind() != reflect.Struct || field.Type().PkgPath() == v.Type().PkgPath() {
				thin(r, field)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			copied := reflect.New(v.Type().Elem())
			copied.Elem().Set(v.Elem())
			thin(r, copied.Elem())
			v.Set(copied)
		}
	case reflect.Slice:
		v.Set(v.Slice3(0, r.Intn(v.Len()+1), v.Len()))
	case reflect.Map:
		kept := reflect.MakeMap(v.Type())
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, key := range keys {
			if r.Intn(2) == 0 {
				kept.SetMapIndex(key, v.MapIndex(key))
			}
		}
		v.Set(kept)
	}
}

// comesBack holds that a spec, if it builds, is imported from what is built: to a
// spec that builds the same objects, and that is imported from these as it is.
// The two specs differ in what may be left out, as a default may.
func comesBack(t *testing.T, spec tenant.Spec) {
	t.Helper()
	bundle, err := tenant.Build(spec)
	if err != nil {
		return
	}
	first := imported(t, bundle, spec.Access)
	again, err := tenant.Build(first)
	if err != nil {
		t.Fatalf("%+v does not build: %v", first, err)
	}
	if diff := gocmp.Diff(string(tenanttest.Write(t, bundle.Objects())), string(tenanttest.Write(t, again.Objects()))); diff != "" {
		t.Errorf("built, imported and built again (-first +second):\n%s", diff)
	}
	if diff := gocmp.Diff(first, imported(t, again, spec.Access), sameSpec); diff != "" {
		t.Errorf("imported, built and imported again (-first +second):\n%s", diff)
	}
}

func imported(t *testing.T, bundle *tenant.Bundle, access kubeconfig.Access) tenant.Spec {
	t.Helper()
	got, err := migrate.Import(existing(t, bundle.Objects()), serverOf(access))
	if err != nil || len(got.Tenants) != 1 {
		t.Fatalf("%d tenants, error %v", len(got.Tenants), err)
	}
	return got.Tenants[0].Spec
}
