package migrate_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/repository"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// parse reads objects of one file in one folder.
func parse(t testing.TB, dir, file, text string) []repository.Object {
	t.Helper()
	objects, err := manifest.Read(strings.NewReader(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	found := existing(t, objects)
	for n := range found {
		found[n].File, found[n].Dirs = dir+"/"+file, []string{dir}
	}
	return found
}

// TestImportBinding: a second binding of the account is named, and is not taken for
// the role in the home namespace.
func TestImportBinding(t *testing.T) {
	objects := existing(t, tenanttest.Build(t, tenanttest.Smallest()).Objects())
	objects = append(objects, parse(t, "tenants", "extra.yaml", `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a-viewer, namespace: dev-team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: gitops-reconciler, namespace: dev-team}]
`)...)
	result, err := migrate.Import(objects, kubeconfig.Access{})
	if err != nil {
		t.Fatal(err)
	}
	found := result.Tenants[0]
	if found.Spec.HomeRole != "" || found.Spec.NoHomeRole {
		t.Errorf("homeRole %q, noHomeRole %t, want the default", found.Spec.HomeRole, found.Spec.NoHomeRole)
	}
	if len(found.Differences) != 1 || found.Differences[0].Object != "RoleBinding dev-team/a-viewer" || found.Differences[0].File != "tenants/extra.yaml" {
		t.Errorf("differences %v, want the binding with its file", found.Differences)
	}
}

// TestImportSelectedRule: a rule for some namespaces does not become one for all,
// and people who are not owners stay bound.
func TestImportSelectedRule(t *testing.T) {
	objects := parse(t, "tenants", "t.yaml", `
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: dev-team}
spec:
  additionalRoleBindings:
  - {clusterRoleName: view, subjects: [{kind: Group, name: auditors, apiGroup: rbac.authorization.k8s.io}]}
  rules:
  - namespaceSelector: {matchLabels: {env: prod}}
    enforce:
      action: allow
      metadata:
      - apiGroups: [v1]
        kinds: [Namespace]
        labels:
          pod-security.kubernetes.io/enforce: {required: true, managed: restricted, values: [{exact: [restricted]}]}
`)
	result, err := migrate.Import(objects, kubeconfig.Access{})
	if err != nil {
		t.Fatal(err)
	}
	spec := result.Tenants[0].Spec
	if spec.Isolation.PodSecurity != "" || len(spec.Rules) != 1 || spec.Rules[0].NamespaceSelector == nil {
		t.Errorf("podSecurity %q and rules %v, want the rule with its selector", spec.Isolation.PodSecurity, spec.Rules)
	}
	if len(spec.AdditionalRoleBindings) != 1 || spec.AdditionalRoleBindings[0].Subjects[0].Name != "auditors" {
		t.Errorf("additionalRoleBindings %v, want that of the auditors", spec.AdditionalRoleBindings)
	}
	if result.Tenants[0].Err == nil {
		t.Error("there is no source: Err is nil")
	}
}

// TestImportWithoutAccess: a tenant whose access is not among the objects lacks it.
func TestImportWithoutAccess(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.Access = kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", CA: tenanttest.CA(t), SecretRef: tenanttest.Specs(t)["proxy-secret"].Access.SecretRef}
	result, err := migrate.Import(existing(t, tenanttest.Build(t, spec).Objects()), kubeconfig.Access{})
	if err != nil {
		t.Fatal(err)
	}
	if err := result.Tenants[0].Err; err == nil || !strings.Contains(err.Error(), "access is for you to fill in") {
		t.Errorf("the error is %v, want that access is missing", err)
	}
}

// TestImportOverlays: overlays that differ give an answer each, and those that agree
// one.
func TestImportOverlays(t *testing.T) {
	var objects []repository.Object
	for _, dir := range []string{"production", "staging"} {
		for name, path := range map[string]string{"blue": "./" + dir, "red": "./all"} {
			spec := tenant.Spec{Name: name, Git: tenant.Git{URL: "https://git.example.com/x.git"}, Path: path}
			var text bytes.Buffer
			if err := manifest.WriteAll(&text, tenanttest.Build(t, spec).Objects()); err != nil {
				t.Fatal(err)
			}
			for _, obj := range parse(t, dir, "x.yaml", text.String()) {
				obj.File = ""
				objects = append(objects, obj)
			}
		}
	}
	result, err := migrate.Import(objects, kubeconfig.Access{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, found := range result.Tenants {
		got = append(got, strings.TrimSpace(found.Spec.Name+" "+found.Spec.Path+" "+found.Overlay))
	}
	want := "[blue ./production production blue ./staging staging red ./all]"
	if fmt.Sprint(got) != want || len(result.Rest) > 0 {
		t.Errorf("%v, rest %v, want %s", got, result.Rest, want)
	}
}

// TestImportUnreadable: an object with a label that is not a string is named with its
// file, and the others are imported.
func TestImportUnreadable(t *testing.T) {
	objects := existing(t, tenanttest.Build(t, tenanttest.Smallest()).Objects())
	objects = append(objects, repository.Object{File: "x.yaml", Line: 3, Object: &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "c", "labels": map[string]any{"on-call": true}},
	}}})
	result, err := migrate.Import(objects, kubeconfig.Access{})
	if err == nil || !strings.Contains(err.Error(), "x.yaml:3: ConfigMap c") {
		t.Errorf("the error is %v, want file, line and object", err)
	}
	if len(result.Tenants) != 1 {
		t.Errorf("%d tenants, want 1", len(result.Tenants))
	}
}

// TestImportHidesCredentials: those of a URL are in no report.
func TestImportHidesCredentials(t *testing.T) {
	objects := existing(t, tenanttest.Build(t, tenanttest.Smallest()).Objects())
	for _, obj := range objects {
		if obj.Object.GetKind() == "ServiceAccount" {
			obj.Object.SetAnnotations(map[string]string{"from": "https://user:hunter2@git.example.com/x.git"})
		}
	}
	result, err := migrate.Import(objects, kubeconfig.Access{})
	if err != nil {
		t.Fatal(err)
	}
	report := fmt.Sprint(result.Tenants[0].Differences)
	if strings.Contains(report, "hunter2") || !strings.Contains(report, "REDACTED") {
		t.Errorf("the report is %s", report)
	}
}

// BenchmarkImport reads fleets of two sizes: the time for each tenant is the same.
func BenchmarkImport(b *testing.B) {
	for _, tenants := range []int{100, 1000, 10000} {
		var objects []repository.Object
		for n := range tenants {
			spec := tenanttest.Smallest()
			spec.Name = fmt.Sprintf("team-%05d", n)
			objects = append(objects, existing(b, tenanttest.Build(b, spec).Objects())...)
		}
		b.Run(fmt.Sprint(tenants), func(b *testing.B) {
			for b.Loop() {
				result, err := migrate.Import(objects, kubeconfig.Access{})
				if err != nil || len(result.Tenants) != tenants {
					b.Fatal(len(result.Tenants), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(tenants), "µs/tenant")
		})
	}
}
