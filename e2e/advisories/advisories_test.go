package advisories

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/document"
)

var update = flag.Bool("update", false, "write what the run shows into "+securityPage)

const securityPage = "../../docs/security.md"

// An advisory is a hole of the old Capsule that a rule of severity error stands
// for. The tenant red attacks, and blue is attacked; each has a reconciler in a
// home of its own, and a namespace.
type advisory struct {
	rule string
	gain string // what the tenant does, for the documentation

	platform string // what the platform has that it should not, beside the old Capsule
	writes   string // what the tenant writes

	// attack makes requests with the tenant's token; gained is nil as soon as the
	// attack has had its effect.
	attack func(ctx context.Context, red client.Client) error
	gained func(ctx context.Context, red client.Client) error

	refused string // where Capsule 0.14 is shown to refuse it, a row of the attacks
}

var advisories = []advisory{
	{
		rule:     "component-version",
		gain:     "has Capsule bind it to cluster-admin (CVE-2026-22872), and reads another tenant's Secrets",
		platform: tenantResourceWriter,
		writes:   bindingItem("component-version"),
		gained:   readsBlue,
		refused:  "TenantResource: cluster-scoped item",
	},
	{
		rule:     "capsule-replication-account",
		gain:     "has Capsule bind it to cluster-admin by a TenantResource without an account",
		platform: tenantResourceWriter,
		writes:   bindingItem("capsule-replication-account"),
		gained:   readsBlue,
		refused:  "TenantResource: cluster-scoped item",
	},
	{
		rule: "rbac-namespace-subresource",
		gain: "makes another tenant's Namespace its own, by way of namespaces/finalize, and reads the Secrets in it",
		platform: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: finalize}
rules: [{apiGroups: [""], resources: [namespaces/finalize], verbs: [update]}, {apiGroups: [""], resources: [namespaces], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: finalize}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: finalize}
subjects: [{kind: ServiceAccount, namespace: red, name: reconciler}]
`,
		attack:  takeNamespace,
		gained:  readsBlue,
		refused: "its own namespace: owned by another tenant, by way of finalize",
	},
}

// tenantResourceWriter lets tenants write TenantResources, as Capsule's
// documentation has it.
const tenantResourceWriter = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: replications, labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}}
rules: [{apiGroups: [capsule.clastix.io], resources: [tenantresources], verbs: ["*"]}]
`

// bindingItem is a TenantResource whose item is not of the tenant's namespace, nor
// of any.
func bindingItem(name string) string {
	return `
apiVersion: capsule.clastix.io/v1beta2
kind: TenantResource
metadata: {name: "` + name + `", namespace: red-app}
spec:
  resyncPeriod: 5s
  pruningOnDelete: true
  resources:
  - rawItems:
    - apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: "` + name + `"}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
      subjects: [{kind: ServiceAccount, namespace: red, name: reconciler}]
`
}

// tenantText is a tenant of the platform's, as one was set up for that Capsule.
const tenantText = `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {toolkit.fluxcd.io/tenant: ${name}, pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reconciler, namespace: ${name}}
---
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: ${name}}
spec: {owners: [{kind: ServiceAccount, name: "system:serviceaccount:${name}:reconciler"}]}
`

// TestAdvisories shows, as TestExploits does for what is current, that the audit's
// findings about an old Capsule are attacks that work.
func TestAdvisories(t *testing.T) {
	ctx := t.Context()
	var tenants []*unstructured.Unstructured
	clients := map[string]client.Client{}
	users := configuration(t)
	tenants = append(tenants, users)
	for _, name := range []string{"red", "blue"} {
		objects := objects(t, strings.ReplaceAll(tenantText, "${name}", name))
		apply(t, objects)
		tenants = append(tenants, objects...)
		clients[name] = as(t, name)
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name + "-app"}}
		eventually(t, func() error { return client.IgnoreAlreadyExists(clients[name].Create(ctx, namespace)) })
		hidden := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace.Name, Name: "hidden"}}
		eventually(t, func() error { return client.IgnoreAlreadyExists(clients[name].Create(ctx, hidden.DeepCopy())) })
	}
	red := clients["red"]
	shown := 0
	for _, a := range advisories {
		t.Run(a.rule, func(t *testing.T) {
			eventually(t, func() error { // the attack before this one may still have its effect
				if readsBlue(ctx, red) == nil {
					return errors.New("red reads blue's Secrets before the attack")
				}
				return nil
			})
			platform, writes := objects(t, a.platform), objects(t, a.writes)
			var inputs []audit.Input
			for _, d := range cluster.Deployments() {
				inputs = append(inputs, audit.Input{Object: d})
			}
			for _, obj := range slices.Concat(tenants, platform, writes) {
				inputs = append(inputs, audit.Input{Object: obj})
			}
			found := slices.ContainsFunc(audit.Check(inputs).Findings, func(f audit.Finding) bool {
				return f.Rule == a.rule && f.Severity == audit.Error
			})
			if !found {
				t.Fatalf("the audit does not find it: %+v", audit.Check(inputs).Findings)
			}

			apply(t, platform)
			defer withdraw(t, platform)
			for _, obj := range writes {
				eventually(t, func() error {
					return red.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("attacker"))
				})
			}
			defer withdraw(t, writes)
			if a.attack != nil {
				eventually(t, func() error { return a.attack(ctx, red) })
			}
			eventually(t, func() error { return a.gained(ctx, red) })
			shown++
		})
	}
	t.Run("documented", func(t *testing.T) {
		if *update && shown < len(advisories) {
			t.Fatalf("%s is written by a run in which every attack works", securityPage)
		}
		var b strings.Builder
		b.WriteString("| rule | with Capsule 0.7, a tenant | Capsule 0.14 |\n|---|---|---|\n")
		page, err := os.ReadFile(securityPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range advisories {
			if !strings.Contains(string(page), "\n| "+a.refused+" | Capsule |") && !strings.Contains(string(page), "\n| "+a.refused+" | Kubernetes RBAC |") {
				t.Errorf("%s has no attack %q that is refused", securityPage, a.refused)
			}
			fmt.Fprintf(&b, "| [%s](audit/%s.md) | %s | refuses: *%s* above |\n", a.rule, a.rule, a.gain, a.refused)
		}
		document.Compare(t, securityPage, "advisories", b.String(), *update)
	})
}

// configuration makes the reconcilers users of Capsule, as the chart's values do,
// and returns what the cluster then has.
func configuration(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	obj := objects(t, `{apiVersion: capsule.clastix.io/v1beta2, kind: CapsuleConfiguration, metadata: {name: default}}`)[0]
	patch := `{"spec":{"userGroups":["system:serviceaccounts:red","system:serviceaccounts:blue"]}}`
	if err := cluster.Client.Patch(t.Context(), obj, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
	return obj
}

// readsBlue is nil when red reads the Secret that blue hides.
func readsBlue(ctx context.Context, red client.Client) error {
	return red.Get(ctx, client.ObjectKey{Namespace: "blue-app", Name: "hidden"}, &corev1.Secret{})
}

// takeNamespace writes red into the owner references of blue's Namespace.
func takeNamespace(ctx context.Context, red client.Client) error {
	var own, theirs corev1.Namespace
	for name, into := range map[string]*corev1.Namespace{"red-app": &own, "blue-app": &theirs} {
		if err := red.Get(ctx, client.ObjectKey{Name: name}, into); err != nil {
			return err
		}
	}
	theirs.OwnerReferences = own.OwnerReferences
	theirs.Labels["capsule.clastix.io/tenant"] = "red"
	return red.SubResource("finalize").Update(ctx, &theirs)
}

func as(t *testing.T, tenant string) client.Client {
	t.Helper()
	token, err := cluster.Token(t.Context(), tenant, "reconciler")
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(&rest.Config{
		Host: cluster.Server, BearerToken: token, WarningHandler: rest.NoWarnings{},
		TLSClientConfig: rest.TLSClientConfig{CAData: cluster.CA()},
	}, client.Options{Scheme: controlplane.Scheme, Mapper: cluster.Client.RESTMapper()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func objects(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var found []*unstructured.Unstructured
	for _, text := range strings.Split(text, "---\n") {
		obj := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), obj); err != nil {
			t.Fatal(err)
		}
		if len(obj.Object) > 0 {
			found = append(found, obj)
		}
	}
	return found
}

func apply(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, obj := range objects {
		eventually(t, func() error {
			return cluster.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(obj.DeepCopy()), client.FieldOwner("platform"), client.ForceOwnership)
		})
	}
}

// withdraw deletes objects, and the binding that Capsule has made of one.
func withdraw(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, obj := range objects {
		binding := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: obj.GetName()}}
		for _, gone := range []client.Object{obj, binding} {
			if err := client.IgnoreNotFound(cluster.Client.Delete(context.Background(), gone)); err != nil {
				t.Error(err)
			}
			for cluster.Client.Get(context.Background(), client.ObjectKeyFromObject(gone), gone) == nil {
				time.Sleep(200 * time.Millisecond)
			}
		}
	}
}

// eventually fails the test unless done returns nil within two minutes.
func eventually(t *testing.T, done func() error) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(250 * time.Millisecond) {
		err := done()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}
