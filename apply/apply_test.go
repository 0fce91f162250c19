package apply_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// cluster is a client without a cluster. It shows the requests and their order;
// e2e/operator tests them on an API server.
func cluster(calls interceptor.Funcs) client.Client {
	return interceptor.NewClient(fake.NewClientBuilder().WithScheme(tenant.Scheme()).WithReturnManagedFields().Build(), calls)
}

func build(t *testing.T, change func(*tenant.Spec)) *tenant.Bundle {
	t.Helper()
	spec := tenanttest.Smallest()
	change(&spec)
	bundle, err := tenant.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

func same(*tenant.Spec) {}

// TestApply: every object is there afterwards, with the manager; another bundle of the tenant removes
// objects that it no longer has, and objects of other managers stay.
func TestApply(t *testing.T) {
	c, ctx := cluster(interceptor.Funcs{}), t.Context()
	first := build(t, func(s *tenant.Spec) { s.Owners = []tenant.Owner{{Kind: "User", Name: "alice"}} })
	if removed, err := apply.Apply(ctx, c, first); err != nil || len(removed) > 0 {
		t.Fatalf("removed %v, error %v", removed, err)
	}
	for _, obj := range first.Objects() {
		found := &unstructured.Unstructured{}
		found.SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
		if err := c.Get(ctx, client.ObjectKeyFromObject(obj), found); err != nil {
			t.Error(err)
			continue
		}
		if fields := found.GetManagedFields(); len(fields) != 1 || fields[0].Manager != "fluxcapsule" {
			t.Errorf("%s is managed by %v", found.GetKind(), fields)
		}
	}
	foreign := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "foreign", Labels: map[string]string{tenant.Label: "dev-team"}}}
	if err := c.Create(ctx, foreign); err != nil {
		t.Fatal(err)
	}
	removed, err := apply.Apply(ctx, c, build(t, same))
	if err != nil {
		t.Fatal(err)
	}
	if got := names(removed); !slices.Equal(got, []string{"TenantOwner dev-team.user.alice"}) {
		t.Errorf("removed %v", got)
	}
	if err := c.Get(ctx, client.ObjectKeyFromObject(foreign), foreign); err != nil {
		t.Errorf("what another manager applied: %v", err)
	}
}

func names(objects []apply.Object) []string {
	var list []string
	for _, obj := range objects {
		list = append(list, obj.String())
	}
	return list
}

// TestApplyErrors: the error lists every object that could not be applied, the
// others are applied, and nothing is removed.
func TestApplyErrors(t *testing.T) {
	ctx := t.Context()
	applied, deleted := 0, 0
	c := cluster(interceptor.Funcs{
		Apply: func(ctx context.Context, c client.WithWatch, obj runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
			applied++
			return errors.New("refused")
		},
		Delete: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.DeleteOption) error {
			deleted++
			return nil
		},
	})
	bundle := build(t, same)
	_, err := apply.Apply(ctx, c, bundle)
	if err == nil || deleted > 0 || applied != len(bundle.Objects()) {
		t.Fatalf("%d applied, %d deleted, error %v", applied, deleted, err)
	}
	for _, obj := range bundle.Objects() {
		if !strings.Contains(err.Error(), "apply "+obj.GetObjectKind().GroupVersionKind().Kind+" ") {
			t.Errorf("%T is missing in %v", obj, err)
		}
	}
}

// TestApplyRejects: an invalid bundle, and one in another home than the tenant's.
func TestApplyRejects(t *testing.T) {
	c, ctx := cluster(interceptor.Funcs{}), t.Context()
	if _, err := apply.Apply(ctx, c, &tenant.Bundle{}); err == nil {
		t.Error("nobody's bundle was applied")
	}
	if _, err := apply.Apply(ctx, c, build(t, same)); err != nil {
		t.Fatal(err)
	}
	moved := build(t, func(s *tenant.Spec) { s.Home = "elsewhere" })
	for name, act := range map[string]func() error{
		"Apply": func() error { _, err := apply.Apply(ctx, c, moved); return err },
		"Diff":  func() error { _, err := apply.Diff(ctx, c, moved); return err },
	} {
		if err := act(); err == nil || !strings.Contains(err.Error(), "home namespace is dev-team, not elsewhere") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Get(ctx, client.ObjectKey{Name: "elsewhere"}, &corev1.Namespace{}); err == nil {
		t.Error("the other home is there")
	}
}

// TestRemove: Flux's objects go first, the Kustomization released before, then the
// Tenant, then the rest with the home namespace last.
func TestRemove(t *testing.T) {
	ctx := t.Context()
	var order []string
	c := cluster(interceptor.Funcs{Delete: func(ctx context.Context, w client.WithWatch, obj client.Object, opts ...client.DeleteOption) error {
		if obj.GetObjectKind().GroupVersionKind().Kind == "Kustomization" {
			var ks kustomizev1.Kustomization
			if err := w.Get(ctx, client.ObjectKeyFromObject(obj), &ks); err != nil {
				t.Error(err)
			}
			if obj.GetName() == "dev-team" && (ks.Spec.Suspend || ks.Spec.DeletionPolicy != "Delete") {
				t.Errorf("deleted with suspend: %v and deletionPolicy: %q", ks.Spec.Suspend, ks.Spec.DeletionPolicy)
			}
		}
		order = append(order, obj.GetObjectKind().GroupVersionKind().Kind+" "+obj.GetName())
		return w.Delete(ctx, obj, opts...)
	}})
	bundle := build(t, func(s *tenant.Spec) { s.Suspend = true; s.Prune = new(false) })
	if _, err := apply.Apply(ctx, c, bundle); err != nil {
		t.Fatal(err)
	}
	nested := &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "nested"}}
	member := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "dev-team-app", Labels: map[string]string{"capsule.clastix.io/tenant": "dev-team"}}}
	other := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "other", Labels: map[string]string{tenant.Label: "other"}}}
	for _, obj := range []client.Object{nested, member, other} {
		if err := c.Create(ctx, obj); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // safe to call again
		if err := apply.Remove(ctx, c, "dev-team"); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"Kustomization dev-team", "Kustomization nested", "GitRepository dev-team",
		"Tenant dev-team", "GlobalTenantResource dev-team.isolation", "Namespace dev-team-app",
		"ResourceQuota home", "TenantOwner dev-team.gitops-reconciler", "RoleBinding gitops-reconciler",
		"ServiceAccount gitops-reconciler", "Namespace dev-team",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if err := c.Get(ctx, client.ObjectKeyFromObject(other), other); err != nil {
		t.Errorf("another tenant's: %v", err)
	}
}

// TestRemoveWaits: an object with a finalizer stops the removal, and the error names
// it; when it is gone, the next call continues.
func TestRemoveWaits(t *testing.T) {
	c := cluster(interceptor.Funcs{})
	if _, err := apply.Apply(t.Context(), c, build(t, same)); err != nil {
		t.Fatal(err)
	}
	held := &kustomizev1.Kustomization{}
	key := client.ObjectKey{Namespace: "dev-team", Name: "dev-team"}
	setFinalizers := func(finalizers ...string) {
		t.Helper()
		if err := c.Get(t.Context(), key, held); err != nil {
			t.Fatal(err)
		}
		held.Finalizers = finalizers
		if err := c.Update(t.Context(), held); err != nil {
			t.Fatal(err)
		}
	}
	setFinalizers("finalizers.fluxcd.io")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := apply.Remove(ctx, c, "dev-team")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "still there: Kustomization dev-team/dev-team") {
		t.Fatalf("error %v", err)
	}
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: "dev-team", Name: "gitops-reconciler"}, &corev1.ServiceAccount{}); err != nil {
		t.Errorf("the account that Flux needs: %v", err)
	}
	setFinalizers()
	if err := apply.Remove(t.Context(), c, "dev-team"); err != nil {
		t.Error(err)
	}
}

// TestStatus: missing, unseen, stalled and ready.
func TestStatus(t *testing.T) {
	c, ctx := cluster(interceptor.Funcs{}), t.Context()
	bundle := build(t, same)
	states := func() map[string]status.Status {
		t.Helper()
		now, err := apply.Ready(ctx, c, bundle)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]status.Status{}
		for _, one := range now {
			found[one.Object.String()] = one.State
		}
		return found
	}
	of := func(state status.Status) map[string]status.Status {
		return map[string]status.Status{
			"Tenant dev-team": state, "GlobalTenantResource dev-team.isolation": state,
			"GitRepository dev-team/dev-team": state, "Kustomization dev-team/dev-team": state,
		}
	}
	if diff := cmp.Diff(of(status.NotFoundStatus), states()); diff != "" {
		t.Errorf("before: -want +got:\n%s", diff)
	}
	if _, err := apply.Apply(ctx, c, bundle); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(of(status.InProgressStatus), states()); diff != "" {
		t.Errorf("unseen: -want +got:\n%s", diff)
	}
	for _, obj := range bundle.Objects() {
		setCondition(t, c, obj, "Ready", "")
	}
	last, err := apply.Wait(ctx, c, bundle)
	if err != nil || !last.Ready() || last.String() != "" {
		t.Errorf("ready: %v, %s, %v", last.Ready(), last, err)
	}
	setCondition(t, c, bundle.Kustomization, "Stalled", "the path is wrong")
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	last, err = apply.Wait(ctx, c, bundle)
	if want := "Kustomization dev-team/dev-team: Failed: the path is wrong"; !errors.Is(err, context.DeadlineExceeded) || last.Ready() || last.String() != want {
		t.Errorf("stalled: %v, %q, %v", last.Ready(), last, err)
	}
}

// setCondition adds a condition to an object whose kind has a status.
func setCondition(t *testing.T, c client.Client, obj client.Object, kind, message string) {
	t.Helper()
	found := &unstructured.Unstructured{}
	found.SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(obj), found); err != nil {
		t.Fatal(err)
	}
	conditions, _, _ := unstructured.NestedSlice(found.Object, "status", "conditions")
	conditions = append(conditions, map[string]any{"type": kind, "status": "True", "message": message, "reason": "Test", "lastTransitionTime": "2026-01-01T00:00:00Z"})
	if err := unstructured.SetNestedSlice(found.Object, conditions, "status", "conditions"); err != nil {
		t.Fatal(err)
	}
	if err := c.Update(t.Context(), found); err != nil {
		t.Fatal(err)
	}
}
