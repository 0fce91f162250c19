package tenant_test

import (
	"errors"
	"testing"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// FuzzBuild: for any spec, Build does not panic, and the CRDs accept its objects.
func FuzzBuild(f *testing.F) {
	f.Add("dev-team", "", "", "", "Group", "dev-team-admins", "https://github.com/org/x.git", "main", "./staging", "", "", "", int32(5), int64(0))
	f.Add("a", "b", "c", "none", "User", "alice@example.com", "oci://ghcr.io/org/x", "v1", "..", "https://p:9001", "key", "value", int32(-1), int64(1))
	f.Fuzz(func(t *testing.T, name, home, account, role, ownerKind, ownerName, url, ref, path, server, key, value string, quota int32, interval int64) {
		spec := tenant.Spec{
			Name: name, Home: home, ServiceAccount: account, HomeRole: role, Path: path,
			Owners:      []tenant.Owner{{Kind: rbac.OwnerKind(ownerKind), Name: ownerName, ClusterRoles: []string{role}}},
			Quota:       tenant.Quota{Namespaces: quota},
			Access:      kubeconfig.Access{Proxy: server, CA: tenanttest.CA(t), Audiences: []string{value}},
			DependsOn:   []string{value},
			Substitute:  map[string]string{key: value},
			Labels:      map[string]string{key: value},
			Annotations: map[string]string{key: value},
			Shard:       key,
		}
		spec.Interval.Duration, spec.Timeout.Duration = tenanttest.Duration("1s").Duration+tenanttest.Milliseconds(interval), tenanttest.Milliseconds(interval)
		if len(url)%2 == 0 {
			spec.Git = tenant.Git{URL: url, Branch: ref}
		} else {
			spec.OCI = tenant.OCI{URL: url, Tag: ref}
		}
		bundle, err := tenant.Build(spec)
		if err != nil {
			specInvalid(t, err)
			return
		}
		if err := bundle.Validate(); err != nil {
			t.Errorf("Validate of what was built: %v", err)
		}
		for _, obj := range bundle.Objects() {
			if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
				continue
			}
			if faults := schema.Validate(obj); len(faults) > 0 {
				t.Errorf("%T %s was built from %+v, but: %v", obj, obj.GetName(), spec, faults.ToAggregate())
			}
		}
	})
}

// FuzzIdentities: the bundles of two tenants have no object in common, as long
// as their names and their home namespaces differ.
func FuzzIdentities(f *testing.F) {
	f.Add("a", "b", "c-d", "gitops", "e", "e-gitops", "User", "x.y", "x-y")
	f.Add("a-b", "c", "a", "b-c", "a-b-c", "a", "Group", "admins", "Admins")
	f.Fuzz(func(t *testing.T, name1, account1, name2, account2, home1, home2, kind, owner1, owner2 string) {
		spec := func(name, home, account, owner string) tenant.Spec {
			s := tenanttest.Smallest()
			s.Name, s.Home, s.ServiceAccount = name, home, account
			s.Owners = []tenant.Owner{{Kind: rbac.OwnerKind(kind), Name: owner}, {Kind: "User", Name: owner + "."}}
			s.Access = tenanttest.Proxy(t, "https://p:9001")
			return s
		}
		first, err1 := tenant.Build(spec(name1, home1, account1, owner1))
		second, err2 := tenant.Build(spec(name2, home2, account2, owner2))
		if err1 != nil || err2 != nil || first.Tenant.Name == second.Tenant.Name || first.Namespace.Name == second.Namespace.Name {
			return
		}
		seen := map[string]bool{}
		for _, obj := range append(first.Objects(), second.Objects()...) {
			if id := tenanttest.ID(obj); seen[id] {
				t.Errorf("%s stands for two objects", id)
			} else {
				seen[id] = true
			}
		}
	})
}

// specInvalid checks that an error of Build is about fields of the spec: the spec's
// validation has to find everything that the objects' builders reject.
func specInvalid(t *testing.T, err error) {
	t.Helper()
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details.Kind != "tenant.Spec" {
		t.Errorf("not an error of the spec: %v", err)
	}
}
