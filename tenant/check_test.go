package tenant_test

import (
	"reflect"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestValidateBuilt: the output of Build is valid.
func TestValidateBuilt(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			if err := tenanttest.Build(t, spec).Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestValidateChanged: a changed object is compared with the tenant of the Spec, not
// with itself.
func TestValidateChanged(t *testing.T) {
	tests := map[string]struct {
		change func(*tenant.Bundle)
		want   []string
	}{
		"account": {func(b *tenant.Bundle) { b.Kustomization.Spec.ServiceAccountName = "kustomize-controller" },
			[]string{`Kustomization.kustomize.toolkit.fluxcd.io "dev-team/dev-team" is invalid: spec.serviceAccountName: Invalid value: "kustomize-controller"`}},
		"access":          {func(b *tenant.Bundle) { b.Kustomization.Spec.KubeConfig = nil }, []string{"spec.kubeConfig: Forbidden"}},
		"namespace":       {func(b *tenant.Bundle) { b.Kustomization.Namespace = "flux-system" }, []string{`metadata.namespace: Invalid value: "flux-system"`}},
		"source":          {func(b *tenant.Bundle) { b.GitRepository.Spec.URL = "ftp://x" }, []string{`"dev-team/dev-team" is invalid: `, "spec.url: Invalid value"}},
		"tenant":          {func(b *tenant.Bundle) { b.Tenant.Spec.Permissions.MatchOwners[0].MatchLabels = nil }, []string{"spec.permissions.matchOwners[0]: Required value"}},
		"owner":           {func(b *tenant.Bundle) { b.Reconciler.Spec.Name = "nobody" }, []string{"spec.name: Invalid value"}},
		"mark":            {func(b *tenant.Bundle) { b.HomeRoleBinding.Labels = nil }, []string{`metadata.labels[toolkit.fluxcd.io/tenant]: Invalid value: ""`}},
		"name":            {func(b *tenant.Bundle) { b.KubeConfig.Name = "A" }, []string{`ConfigMap "dev-team/A" is invalid: metadata.name: Invalid value`}},
		"home of another": {func(b *tenant.Bundle) { b.Namespace.Name = "kube-system" }, []string{`Namespace "kube-system" is invalid: metadata.name: Invalid value: "kube-system": must stay dev-team`}},
		"another tenant":  {func(b *tenant.Bundle) { b.Tenant.Name = "blue" }, []string{`"blue" is invalid: metadata.name: Invalid value: "blue": must stay dev-team`}},
		"another account": {func(b *tenant.Bundle) { b.ServiceAccount.Name = "default" }, []string{`metadata.name: Invalid value: "default": must stay gitops-reconciler`}},
		"without a kind":  {func(b *tenant.Bundle) { b.GitRepository.TypeMeta = metav1.TypeMeta{}; b.GitRepository.Spec.URL = "" }, []string{"GitRepository.source.toolkit.fluxcd.io"}},
		"two of one name": {func(b *tenant.Bundle) { b.Owners = append(b.Owners, b.Reconciler) }, []string{"metadata.name: Duplicate value"}},
		"no owner":        {func(b *tenant.Bundle) { b.Owners = append(b.Owners, nil) }, nil}, // as an object that is not there
		"expression": {func(b *tenant.Bundle) {
			b.Kustomization.Spec.DependsOn = []meta.DependencyReference{{Name: "infra", ReadyExpr: "dep.status."}}
		}, []string{`spec.dependsOn[0].readyExpr: Invalid value: "dep.status.": must be a CEL expression: 1:12: `}},
		"several": {func(b *tenant.Bundle) { b.Kustomization.Spec.Path = ".."; b.GitRepository.Spec.Interval.Duration = -1 },
			[]string{"spec.path: ", "spec.interval: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bundle := tenanttest.Build(t, tenanttest.Specs(t)["proxy-tokenless"])
			test.change(bundle)
			if err := bundle.Validate(); test.want != nil || err != nil {
				invalid(t, err, test.want...)
			}
		})
	}
}

// TestIdentityIsRemembered: objects built from a bundle act as the tenant, even after
// the bundle's objects were changed.
func TestIdentityIsRemembered(t *testing.T) {
	bundle := tenanttest.Build(t, tenanttest.Specs(t)["proxy-tokenless"])
	want := bundle.Kustomization.DeepCopy()
	bundle.Kustomization.Spec.ServiceAccountName = "kustomize-controller"
	bundle.Kustomization.Spec.KubeConfig.ConfigMapRef.Name = "another"
	bundle.Kustomization.Labels["a"] = "b"
	bundle.Kustomization.Namespace = "flux-system"
	bundle.GitRepository = nil
	got, err := bundle.NewKustomization("apps", kustomizev1.KustomizationSpec{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Namespace != want.Namespace || got.Spec.ServiceAccountName != want.Spec.ServiceAccountName || got.Labels["a"] != "" {
		t.Errorf("the object acts as %s in %s, labels %v", got.Spec.ServiceAccountName, got.Namespace, got.Labels)
	}
	if diff := cmp.Diff(want.Spec.KubeConfig, got.Spec.KubeConfig); diff != "" {
		t.Errorf("access (-want +got):\n%s", diff)
	}
	got.Spec.KubeConfig.ConfigMapRef.Name = "another"
	again := must(bundle.NewKustomization("apps", kustomizev1.KustomizationSpec{}))(t)
	if diff := cmp.Diff(want.Spec.KubeConfig, again.Spec.KubeConfig); diff != "" {
		t.Errorf("two objects share their access (-want +got):\n%s", diff)
	}
}

func TestAdd(t *testing.T) {
	bundle := tenanttest.Build(t, tenanttest.Smallest())
	apps := must(bundle.NewKustomization("apps", kustomizev1.KustomizationSpec{}))(t)
	settings := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "settings"}, Data: map[string]string{"a": "b"}}
	before := len(bundle.Objects())
	if err := bundle.Add(apps, settings); err != nil {
		t.Fatal(err)
	}
	objects := bundle.Objects()
	if got := len(objects) - before; got != 2 {
		t.Fatalf("%d objects more, want 2", got)
	}
	for _, obj := range objects {
		if obj.GetLabels()[tenant.Label] != "dev-team" {
			t.Errorf("%T %s has labels %v", obj, obj.GetName(), obj.GetLabels())
		}
		if obj.GetObjectKind().GroupVersionKind().Empty() {
			t.Errorf("%T %s has no kind", obj, obj.GetName())
		}
		if obj == client.Object(apps) || obj == client.Object(settings) {
			t.Errorf("%T %s is shared with the caller", obj, obj.GetName())
		}
	}
	if len(apps.Labels)+len(settings.Labels) > 0 || settings.Kind != "" {
		t.Error("Add changed the caller's objects")
	}
	if err := bundle.Validate(); err != nil {
		t.Error(err)
	}
}

// TestSpecObjects: Build adds the objects of a spec, and an error names the tenant and
// the place of the object.
func TestSpecObjects(t *testing.T) {
	at := func(line int) manifest.Position { return manifest.Position{File: "extra.yaml", Line: line} }
	object := func(namespace, name string) client.Object {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	}
	spec := tenanttest.Smallest()
	spec.Objects = []tenant.Object{{Object: object("dev-team", "a"), Position: at(1)}, {Object: object("dev-team", "b")}}
	bundle := tenanttest.Build(t, spec)
	var added []string
	for _, obj := range bundle.Objects() {
		if _, ok := obj.(*corev1.ConfigMap); ok {
			added = append(added, obj.GetName()+" of "+obj.GetLabels()[tenant.Label])
		}
	}
	if diff := cmp.Diff([]string{"a of dev-team", "b of dev-team"}, added); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	spec.Objects = append(spec.Objects, tenant.Object{Object: object("other", "c"), Position: at(7)}, tenant.Object{Position: at(9)})
	_, err := tenant.Build(spec)
	invalid(t, err,
		`tenant dev-team: extra.yaml:7: ConfigMap "other/c" is invalid: metadata.namespace: Invalid value: "other"`,
		`tenant dev-team: extra.yaml:9: tenant.Bundle "dev-team" is invalid: <nil>: Required value: there is no object to add`)
}

// TestAddCustomKinds: two objects without a Go type may have the same name, if they are
// of different kinds, and one without a namespace may be of a cluster-scoped kind.
func TestAddCustomKinds(t *testing.T) {
	object := func(kind, namespace string) *unstructured.Unstructured {
		u := &unstructured.Unstructured{}
		u.SetAPIVersion("example.com/v1")
		u.SetKind(kind)
		u.SetNamespace(namespace)
		u.SetName("x")
		return u
	}
	bundle := tenanttest.Build(t, tenanttest.Smallest())
	if err := bundle.Add(object("Database", "dev-team"), object("Queue", "dev-team"), object("Region", "")); err != nil {
		t.Error(err)
	}
	invalid(t, bundle.Add(object("Queue", "dev-team")), `Queue.example.com "dev-team/x" is invalid: metadata.name: Duplicate value`)
}

func TestAddRejects(t *testing.T) {
	meta := func(namespace, name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: namespace, Name: name}
	}
	var none *corev1.ConfigMap
	encrypted := &manifest.Encrypted{Unstructured: unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"namespace": "dev-team", "name": "x"},
	}}}
	ks := must(flux.Kustomization(meta("dev-team", "x"), kustomizev1.KustomizationSpec{
		SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "dev-team"},
	}))(t)
	tests := map[string]struct {
		obj  client.Object
		want string
	}{
		"nothing":           {nil, `tenant.Bundle "dev-team" is invalid: <nil>: Required value: there is no object to add`},
		"a nil pointer":     {none, "there is no object to add"},
		"another namespace": {&corev1.ConfigMap{ObjectMeta: meta("other", "x")}, `ConfigMap "other/x" is invalid: metadata.namespace: Invalid value: "other"`},
		"a taken name":      {&corev1.ServiceAccount{ObjectMeta: meta("dev-team", "gitops-reconciler")}, "metadata.name: Duplicate value"},
		"no account":        {ks, "spec.serviceAccountName: Invalid value"},
		"no namespace":      {&corev1.ConfigMap{ObjectMeta: meta("", "x")}, `ConfigMap "x" is invalid: metadata.namespace: Required value`},
		"no kind":           {&unstructured.Unstructured{}, ""},
		"encrypted by SOPS": {encrypted, `Secret "dev-team/x" is invalid: sops: Forbidden: the label of the tenant would break the signature of SOPS`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bundle := tenanttest.Build(t, tenanttest.Smallest())
			before := bundle.Objects()
			fine := &corev1.ConfigMap{ObjectMeta: meta("dev-team", "fine")}
			err := bundle.Add(fine, test.obj)
			if test.want == "" && err == nil {
				t.Fatal("no error")
			} else if test.want != "" {
				invalid(t, err, test.want)
			}
			if got := len(bundle.Objects()); got != len(before) {
				t.Errorf("%d objects after a failed Add, want %d", got, len(before))
			}
		})
	}
}

// TestZeroBundle: a bundle that Build has not made is an error, not a panic.
func TestZeroBundle(t *testing.T) {
	for name, bundle := range map[string]*tenant.Bundle{"zero": {}, "nil": nil, "by hand": {Kustomization: &kustomizev1.Kustomization{}}} {
		t.Run(name, func(t *testing.T) {
			invalid(t, bundle.Validate(), "a bundle is made by tenant.Build")
			invalid(t, bundle.Add(&corev1.ConfigMap{}), "a bundle is made by tenant.Build")
			methods := reflect.ValueOf(bundle)
			for i := range methods.NumMethod() {
				method := methods.Type().Method(i)
				if method.Name[:3] != "New" {
					continue
				}
				spec := reflect.Zero(method.Type.In(2))
				out := methods.Method(i).Call([]reflect.Value{reflect.ValueOf("x"), spec})
				err, _ := out[1].Interface().(error)
				if !out[0].IsNil() || !apierrors.IsInvalid(err) {
					t.Errorf("%s: object %v, error %v", method.Name, out[0], err)
				}
			}
		})
	}
}
