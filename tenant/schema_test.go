package tenant_test

import (
	"reflect"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/randfill"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
	"github.com/fluxcapsule/fluxcapsule/internal/schematest"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestSchema: the schema has the fields of the type, and accepts the specs of the
// tests. The tables of rejects check that it accepts every spec that builds.
func TestSchema(t *testing.T) {
	schema := schematest.Parse(t, tenant.Schema())
	schematest.Compare(t, schema, reflect.TypeFor[tenant.Spec]())
	for name, spec := range tenanttest.Specs(t) {
		if faults := schematest.Faults(t, schema, spec); len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

// refusedByShape are specs that Build refuses for one field, or for fields that
// exclude each other: the schema refuses them too.
func refusedByShape(t testing.TB) map[string]func(*tenant.Spec) {
	return map[string]func(*tenant.Spec){
		"name with dots":        func(s *tenant.Spec) { s.Name = "a.b" },
		"home is no name":       func(s *tenant.Spec) { s.Home = "a/b" },
		"account is no name":    func(s *tenant.Spec) { s.ServiceAccount = "a:b" },
		"role is no name":       func(s *tenant.Spec) { s.HomeRole = "a/b" },
		"owner of unknown kind": owner("Robot", "r2d2"),
		"owner without name":    owner("User", ""),
		"negative quota":        func(s *tenant.Spec) { s.Quota.Namespaces = -1 },
		"negative objects":      func(s *tenant.Spec) { s.Quota.FluxInHome.HelmReleases = new(int32(-1)) },
		"negative files":        func(s *tenant.Spec) { s.Quota.SecretsInHome = new(int32(-1)) },
		"no source":             func(s *tenant.Spec) { s.Git = tenant.Git{} },
		"two sources":           func(s *tenant.Spec) { s.OCI.URL = "oci://ghcr.io/org/x" },
		"git over oci":          func(s *tenant.Spec) { s.Git.URL = "oci://ghcr.io/org/x" },
		"scp address":           func(s *tenant.Spec) { s.Git.URL = "git@github.com:org/x.git" },
		"branch and tag":        func(s *tenant.Spec) { s.Git.Branch, s.Git.Tag = "main", "v1" },
		"commit is no SHA":      func(s *tenant.Spec) { s.Git.Commit = "main" },
		"negative interval":     func(s *tenant.Spec) { s.Interval = tenanttest.Duration("-5s") },
		"interval too fine":     func(s *tenant.Spec) { s.Interval = tenanttest.Duration("100us") },
		"dependency elsewhere":  func(s *tenant.Spec) { s.DependsOn = []string{"flux-system/infra"} },
		"decryption's provider": func(s *tenant.Spec) { s.Decryption = &tenant.Decryption{Provider: "gpg"} },
		"variables from":        func(s *tenant.Spec) { s.SubstituteFrom = []kustomizev1.SubstituteReference{{Kind: "Pod", Name: "x"}} },
		"proxy over http":       func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "http://capsule-proxy:9001") },
		"provider of no type":   func(s *tenant.Spec) { s.Notification = &tenant.Notification{} },
		"severity": func(s *tenant.Spec) {
			s.Notification = chat()
			s.Notification.Alert.EventSeverity = "warning"
		},
		"shard":                  func(s *tenant.Spec) { s.Shard = "a b" },
		"profile":                func(s *tenant.Spec) { s.Isolation.Profile = "strict" },
		"Pod Security Standard":  func(s *tenant.Spec) { s.Isolation.PodSecurity = "strict" },
		"registry without a dot": func(s *tenant.Spec) { s.Isolation.Registries = []string{"nginx"} },
		"pull policy":            func(s *tenant.Spec) { s.Isolation.PullPolicies = []corev1.PullPolicy{"Sometimes"} },
		"service type":           func(s *tenant.Spec) { s.Isolation.ServiceTypes = []corev1.ServiceType{"Headless"} },
		"host name":              func(s *tenant.Spec) { s.Isolation.Hostnames = []string{"*.*.example.com"} },
		"namespace":              func(s *tenant.Spec) { s.Isolation.Network = tenant.Network{Isolate: new(true), From: []string{"a.b"}} },
		"class":                  func(s *tenant.Spec) { s.Isolation.StorageClasses = &tenant.Classes{Allowed: []string{"A"}} },
		"OCI tag and digest": func(s *tenant.Spec) {
			s.Git, s.OCI = tenant.Git{}, tenant.OCI{URL: "oci://x.example.com/y", Tag: "a", Digest: "sha256:ab", SecretRef: &meta.LocalObjectReference{Name: "x"}}
		},
	}
}

// TestSchemaRefusesShapes: neither the schema nor Build accepts them.
func TestSchemaRefusesShapes(t *testing.T) {
	schema := schematest.Parse(t, tenant.Schema())
	for name, spoil := range refusedByShape(t) {
		spec := tenanttest.Smallest()
		spoil(&spec)
		if faults := schematest.Faults(t, schema, spec); len(faults) == 0 {
			t.Errorf("%s: the schema accepts it", name)
		}
		if _, err := tenant.Build(spec); err == nil {
			t.Errorf("%s: Build accepts it", name)
		}
	}
}

// TestSchemaDefaults: what the schema says is the default of a field gives the same
// objects as leaving the field out.
func TestSchemaDefaults(t *testing.T) {
	spelled := tenanttest.Smallest()
	spelled.ServiceAccount = "gitops-reconciler"
	spelled.Interval, spelled.RetryInterval = tenanttest.Duration("10m"), tenanttest.Duration("5s")
	spelled.Prune = new(true)
	spelled.Git.Interval = tenanttest.Duration("1m")
	spelled.Isolation.Profile = tenant.Baseline

	schema := schematest.Parse(t, tenant.Schema())
	defaults := schematest.Defaults(schema)
	if diff := cmp.Diff(map[string]any{
		".serviceAccount": "gitops-reconciler", ".interval": "10m", ".retryInterval": "5s", ".prune": true,
		".decryption.provider": "sops", ".git.interval": "1m", ".oci.interval": "1m", ".isolation.profile": "baseline",
		".git.verify.mode": "HEAD", ".oci.verify.provider": "cosign", // upstream's
	}, defaults); diff != "" {
		t.Errorf("defaults of this module's fields, -want +got:\n%s", diff)
	}
	want, err1 := tenant.Build(tenanttest.Smallest())
	got, err2 := tenant.Build(spelled)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if diff := cmp.Diff(want.Objects(), got.Objects()); diff != "" {
		t.Errorf("-left out +spelled out:\n%s", diff)
	}
}

// TestSpecDeepCopy: a copy is equal, and shares no memory with the original.
func TestSpecDeepCopy(t *testing.T) {
	fill := randfill.NewWithSeed(1).NilChance(0).NumElements(1, 2).Funcs(
		func(q *resource.Quantity, c randfill.Continue) {
			*q = *resource.NewQuantity(c.Int63n(100), resource.DecimalSI)
		},
		func(o *tenant.Object, c randfill.Continue) {
			var object corev1.ConfigMap
			c.Fill(&object.Data)
			c.Fill(&o.Position)
			o.Object = &object
		},
	)
	var spec tenant.Spec
	fill.Fill(&spec)
	clone := spec.DeepCopy()
	if diff := cmp.Diff(&spec, clone); diff != "" {
		t.Fatalf("-original +copy:\n%s", diff)
	}
	for _, path := range buildtest.SharedMemory(&spec, clone) {
		t.Errorf("the copy shares %s", path)
	}
}
