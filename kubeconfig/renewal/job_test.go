package renewal_test

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

var update = flag.Bool("update", false, "write the golden files")

func TestBuildGolden(t *testing.T) {
	bundle, err := renewal.Build(renewal.Job{
		Namespace: "capsule-system", Name: "proxy-kubeconfig", Image: "registry.example.com/proxy-kubeconfig:v1",
		Args:    []string{"--serviceaccount=gitops-reconciler", "--namespace=dev-team,ops-team"},
		Targets: []renewal.Target{secretTarget("ops-team"), secretTarget("dev-team"), tokenlessTarget("dev-team")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := manifest.Write(&got, bundle.Objects()...); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/job.yaml"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestClusterRoleIsLeast: single objects by name, nothing else.
func TestClusterRoleIsLeast(t *testing.T) {
	role, err := renewal.ClusterRole("renewal", many(3))
	if err != nil {
		t.Fatal(err)
	}
	want := []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"serviceaccounts/token"}, ResourceNames: []string{"gitops-reconciler"}, Verbs: []string{"create"}},
		{APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{"gitops-reconciler-kubeconfig"}, Verbs: []string{"get", "create", "patch"}},
	}
	if diff := cmp.Diff(want, role.Rules); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBuildErrors(t *testing.T) {
	bad := secretTarget("A")
	bad.Account = ""
	tests := map[string]struct {
		job  renewal.Job
		want []string
	}{
		"empty":   {renewal.Job{}, []string{"namespace", "name", "image", "targets"}},
		"targets": {renewal.Job{Namespace: "n", Name: "n", Image: "i", Targets: []renewal.Target{bad}}, []string{"targets[0].namespace", "targets[0].account", "targets[0].access.secretRef.name"}},
		"others": {renewal.Job{Namespace: "n", Name: strings.Repeat("n", 53), Image: " i", Schedule: "hourly", Targets: many(1)},
			[]string{"name", "image", "schedule"}},
	}
	for name, test := range tests {
		_, err := renewal.Build(test.job)
		var status apierrors.APIStatus
		if !apierrors.IsInvalid(err) || !errors.As(err, &status) {
			t.Errorf("%s: got %v, want an Invalid error", name, err)
			continue
		}
		var got []string
		for _, cause := range status.Status().Details.Causes {
			got = append(got, cause.Field)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := renewal.CARole("", renewal.CASecret{}); !apierrors.IsInvalid(err) {
		t.Errorf("CARole: got %v, want an Invalid error", err)
	}
}
