package advisories_test

import (
	"context"
	"errors"
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
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/e2e/document"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// TestAdvisories shows, as package exploit does for what is current, that the
// audit's findings about an old Capsule are attacks that work.
func TestAdvisories(t *testing.T) {
	env := harness.StartOldCapsule(t)
	var platform []*unstructured.Unstructured
	clients := map[string]client.Client{}
	env.Run(t, "setup", func(c *harness.Case) {
		platform = append(platform, configuration(c))
		for _, name := range []string{"red", "blue"} {
			objects := c.Objects(strings.ReplaceAll(tenantText, "${name}", name))
			apply(c, objects)
			platform = append(platform, objects...)
			clients[name] = makeNamespace(c, name)
		}
	})
	shown := 0
	for _, a := range advisories() {
		env.Run(t, a.rule, func(c *harness.Case) {
			a.show(c, clients["red"], platform)
			shown++
		})
	}
	env.Run(t, "documented", func(c *harness.Case) { writeDown(c, shown) })
}

// makeNamespace makes a namespace as a tenant, and hides a Secret there.
func makeNamespace(c *harness.Case, tenant string) client.Client {
	c.Helper()
	owner, err := c.Env.ClientOf(c.Context(), tenant, "reconciler")
	c.Must(err)
	for _, obj := range []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: tenant + "-app"}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: tenant + "-app", Name: "hidden"}},
	} {
		c.Eventually(func(ctx context.Context) error {
			return client.IgnoreAlreadyExists(owner.Create(ctx, obj.DeepCopyObject().(client.Object)))
		})
	}
	return owner
}

// show makes the attack, after the audit has found the fault that allows it.
func (a advisory) show(c *harness.Case, red client.Client, tenants []*unstructured.Unstructured) {
	c.Eventually(func(ctx context.Context) error { // the attack before this one may still have its effect
		if readsBlue(ctx, red) == nil {
			return errors.New("red reads blue's Secrets before the attack")
		}
		return nil
	})
	platform, writes := c.Objects(a.platform), c.Objects(a.writes)
	var inputs []audit.Input
	for _, d := range c.Env.Plane.Deployments() {
		inputs = append(inputs, audit.Input{Object: d})
	}
	for _, obj := range slices.Concat(tenants, platform, writes) {
		inputs = append(inputs, audit.Input{Object: obj})
	}
	findings := audit.Check(inputs).Findings
	if !slices.ContainsFunc(findings, func(f audit.Finding) bool { return f.Rule == a.rule && f.Severity == audit.Error }) {
		c.Fatalf("the audit does not find it:\n%s", harness.Describe(findings))
	}
	apply(c, platform)
	defer withdraw(c, platform)
	for _, obj := range writes {
		c.Eventually(func(ctx context.Context) error {
			return red.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj.DeepCopy()), client.FieldOwner("attacker"))
		})
	}
	defer withdraw(c, writes)
	if a.attack != nil {
		c.Eventually(func(ctx context.Context) error { return a.attack(ctx, red) })
	}
	c.Eventually(func(ctx context.Context) error { return a.effective(ctx, red) })
	c.Detail = "the tenant " + a.effect
}

// writeDown compares the results with the documentation, or writes them there.
func writeDown(c *harness.Case, shown int) {
	if harness.Update() && shown < len(advisories()) {
		c.Fatalf("%s is written by a run in which every attack works", harness.SecurityPage())
	}
	page, err := os.ReadFile(harness.SecurityPage())
	c.Must(err)
	var b strings.Builder
	b.WriteString("| rule | with Capsule 0.7, a tenant | Capsule 0.14 |\n|---|---|---|\n")
	for _, a := range advisories() {
		if !strings.Contains(string(page), "\n| "+a.refused+" | Capsule |") && !strings.Contains(string(page), "\n| "+a.refused+" | Kubernetes RBAC |") {
			c.Errorf("%s has no attack %q that is refused", harness.SecurityPage(), a.refused)
		}
		fmt.Fprintf(&b, "| [%s](audit/%s.md) | %s | refuses: *%s* above |\n", a.rule, a.rule, a.effect, a.refused)
	}
	document.Compare(c.T, harness.SecurityPage(), "advisories", b.String(), harness.Update())
}

// configuration makes the reconcilers users of Capsule, as the chart's values do,
// and returns what the cluster then has.
func configuration(c *harness.Case) *unstructured.Unstructured {
	c.Helper()
	obj := harness.Object("capsule.clastix.io/v1beta2", "CapsuleConfiguration", "", "default")
	patch := `{"spec":{"userGroups":["system:serviceaccounts:red","system:serviceaccounts:blue"]}}`
	c.Must(c.Env.Plane.Client.Patch(c.Context(), obj, harness.MergePatch(patch)))
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

// apply applies objects as the platform, as soon as the webhooks answer.
func apply(c *harness.Case, objects []*unstructured.Unstructured) {
	c.Helper()
	for _, obj := range objects {
		c.Eventually(func(ctx context.Context) error {
			return harness.Apply(ctx, c.Env.Plane.Client, []*unstructured.Unstructured{obj})
		})
	}
}

// withdraw deletes objects, and the binding that Capsule has made of one, and waits
// until they are gone.
func withdraw(c *harness.Case, objects []*unstructured.Unstructured) {
	ctx, admin := context.Background(), c.Env.Plane.Client
	for _, obj := range objects {
		binding := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: obj.GetName()}}
		for _, gone := range []client.Object{obj, binding} {
			if err := client.IgnoreNotFound(admin.Delete(ctx, gone)); err != nil {
				c.Error(err)
			}
			err := harness.Eventually(ctx, time.Minute, func(ctx context.Context) error { return c.Env.IsGone(ctx, gone) })
			if err != nil {
				c.Error(err)
			}
		}
	}
}
