package manifest_test

import (
	"context"
	"fmt"
	"math/rand"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

func ofKind(group, kind, name string) runtime.Object {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind})
	u.SetName(name)
	return u
}

func kindsAndNames(objects []runtime.Object) []string {
	var names []string
	for _, obj := range objects {
		u := obj.(*unstructured.Unstructured)
		names = append(names, u.GetKind()+" "+u.GetName())
	}
	return names
}

// TestSort sorts every shuffle of a platform and a tenant into one order.
func TestSort(t *testing.T) {
	want := []runtime.Object{
		ofKind("apiextensions.k8s.io", "CustomResourceDefinition", "a"),
		ofKind("", "Namespace", "a"),
		ofKind("rbac.authorization.k8s.io", "ClusterRole", "a"),
		ofKind("rbac.authorization.k8s.io", "ClusterRoleBinding", "a"),
		ofKind("", "ServiceAccount", "a"),
		ofKind("rbac.authorization.k8s.io", "RoleBinding", "a"),
		ofKind("capsule.clastix.io", "CapsuleConfiguration", "a"),
		ofKind("capsule.clastix.io", "TenantOwner", "a"),
		ofKind("capsule.clastix.io", "Tenant", "a"),
		ofKind("", "ConfigMap", "a"),
		ofKind("", "Secret", "a"),
		ofKind("example.com", "Tenant", "of another group"),
		ofKind("source.toolkit.fluxcd.io", "GitRepository", "a"),
		ofKind("kustomize.toolkit.fluxcd.io", "Kustomization", "a"),
		ofKind("helm.toolkit.fluxcd.io", "HelmRelease", "a"),
		ofKind("notification.toolkit.fluxcd.io", "Provider", "a"),
		ofKind("notification.toolkit.fluxcd.io", "Alert", "a"),
		ofKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "a"),
	}
	for seed := range int64(50) {
		got := append([]runtime.Object(nil), want...)
		rand.New(rand.NewSource(seed)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		manifest.Sort(got)
		if diff := cmp.Diff(kindsAndNames(want), kindsAndNames(got)); diff != "" {
			t.Fatalf("shuffle %d: got (+), want (-):\n%s", seed, diff)
		}
	}
}

// TestSortStable keeps objects of one kind, and of kinds it does not know, as
// they were.
func TestSortStable(t *testing.T) {
	var objects []runtime.Object
	for i := range 40 {
		objects = append(objects, ofKind("", "ConfigMap", fmt.Sprint(40-i)))
	}
	for i := range 40 {
		objects = append(objects, ofKind("example.com", fmt.Sprint("Kind", 40-i), "x"))
	}
	want := kindsAndNames(objects)
	manifest.Sort(objects)
	if diff := cmp.Diff(want, kindsAndNames(objects)); diff != "" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
}

// TestSortTenant sorts what the recipe gives for a tenant, so that each object
// comes after those it refers to.
func TestSortTenant(t *testing.T) {
	objects, err := manifest.ReadFile(context.Background(), "testdata/tenant.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	rand.New(rand.NewSource(1)).Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	manifest.Sort(objects)
	if diff := cmp.Diff([]string{
		"Namespace dev-team",
		"ClusterRole dev-team-gitops-reconciler-impersonator",
		"ClusterRoleBinding dev-team-gitops-reconciler-impersonator",
		"ServiceAccount gitops-reconciler",
		"RoleBinding gitops-reconciler",
		"TenantOwner dev-team-gitops-reconciler",
		"Tenant dev-team",
		"ConfigMap gitops-reconciler-kubeconfig",
		"GitRepository dev-team",
		"Kustomization dev-team",
	}, kindsAndNames(objects)); diff != "" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
}
