package apply

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// item is an object in a cluster, with labels in pairs.
func item(apiVersion, kind, namespace, name string, labels ...string) metav1.PartialObjectMetadata {
	obj := metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: apiVersion, Kind: kind},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{}},
	}
	for i := 0; i < len(labels); i += 2 {
		obj.Labels[labels[i]] = labels[i+1]
	}
	return obj
}

// deleted is an object that is being deleted.
func deleted(obj metav1.PartialObjectMetadata, finalizers ...string) metav1.PartialObjectMetadata {
	obj.DeletionTimestamp = &metav1.Time{Time: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)}
	obj.Finalizers = finalizers
	return obj
}

func TestLeftovers(t *testing.T) {
	const capsule = "capsule.clastix.io/v1beta2"
	for name, test := range map[string]struct {
		all    []metav1.PartialObjectMetadata
		others []client.Object // bindings, and namespaces with a spec
		want   []string        // object, reason and remedy
	}{
		"nothing of the tenant's": {
			all: []metav1.PartialObjectMetadata{
				item("v1", "Namespace", "", "other", tenant.Label, "other"), item(capsule, "Tenant", "", "other"),
				deleted(item("v1", "ConfigMap", "other", "blue", "kustomize.toolkit.fluxcd.io/namespace", "other"), "example.com/blocks"),
			},
			others: []client.Object{&rbacv1.ClusterRoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: "other"},
				Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "other", Name: "gitops-reconciler"}},
			}},
		},
		"the tenant as it stands": {
			all: []metav1.PartialObjectMetadata{
				item(capsule, "Tenant", "", "blue"), item("v1", "Namespace", "", "blue", tenant.Label, "blue"),
				item("v1", "ServiceAccount", "blue", "gitops-reconciler"),
			},
			want: []string{
				"Tenant blue", "it is the tenant", "kubectl delete tenant.v1beta2.capsule.clastix.io blue",
				"Namespace blue", "it has the label " + tenant.Label, "kubectl delete namespace blue",
			},
		},
		"a namespace that an object keeps": {
			all: []metav1.PartialObjectMetadata{
				deleted(item("v1", "Namespace", "", "blue-app", "capsule.clastix.io/tenant", "blue")),
				deleted(item("v1", "ConfigMap", "blue-app", "blocks"), "example.com/blocks"),
				item("v1", "Secret", "blue-app", "goes with its namespace"),
			},
			want: []string{
				"Namespace blue-app", "it is one of the tenant's namespaces, or in one, being deleted since 2026-11-27 12:00:00, waiting for what is in it",
				"kubectl get namespace blue-app -o jsonpath='{.status.conditions}'",
				"ConfigMap blue-app/blocks", "it is in a namespace of the tenant, being deleted since 2026-11-27 12:00:00, kept by example.com/blocks",
				`kubectl patch -n blue-app configmap blocks --type=merge -p '{"metadata":{"finalizers":null}}'`,
			},
		},
		"a namespace that its spec keeps": {
			all: []metav1.PartialObjectMetadata{deleted(item("v1", "Namespace", "", "blue-app", "capsule.clastix.io/tenant", "blue"))},
			others: []client.Object{&corev1.Namespace{
				ObjectMeta: metav1.ObjectMeta{Name: "blue-app"}, Spec: corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{"kubernetes", "example.com/keep"}},
			}},
			want: []string{
				"Namespace blue-app", "it is one of the tenant's namespaces, or in one, being deleted since 2026-11-27 12:00:00, kept by [example.com/keep] in its spec",
				`kubectl get namespace blue-app -o json | jq '.spec.finalizers=["kubernetes"]' | kubectl replace --raw /api/v1/namespaces/blue-app/finalize -f -`,
			},
		},
		"what Flux applied elsewhere, and a binding": {
			all: []metav1.PartialObjectMetadata{
				item("v1", "ConfigMap", "shared", "of-blue", "kustomize.toolkit.fluxcd.io/namespace", "blue"),
				item("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "applied", "helm.toolkit.fluxcd.io/namespace", "blue"),
			},
			others: []client.Object{
				&rbacv1.ClusterRoleBinding{
					ObjectMeta: metav1.ObjectMeta{Name: "applied"},
					Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "blue", Name: "gitops-reconciler"}},
				},
				&rbacv1.RoleBinding{
					ObjectMeta: metav1.ObjectMeta{Namespace: "shared", Name: "reads"},
					Subjects:   []rbacv1.Subject{{Kind: "User", Name: "system:serviceaccount:blue:gitops-reconciler"}},
				},
				&rbacv1.RoleBinding{
					ObjectMeta: metav1.ObjectMeta{Namespace: "blue", Name: "in the home"},
					Subjects:   []rbacv1.Subject{{Kind: "Group", Name: "system:serviceaccounts:blue"}},
				},
			},
			want: []string{
				"ConfigMap shared/of-blue", "Flux applied it for the tenant", "kubectl delete -n shared configmap of-blue",
				"ClusterRoleBinding applied", "Flux applied it for the tenant", "kubectl delete clusterrolebinding.v1.rbac.authorization.k8s.io applied",
				"RoleBinding shared/reads", "it gives a role to system:serviceaccount:blue:gitops-reconciler of blue", "kubectl delete -n shared rolebinding.v1.rbac.authorization.k8s.io reads",
			},
		},
		"a home of another name": {
			all: []metav1.PartialObjectMetadata{item("v1", "Namespace", "", "blue-home", tenant.Label, "blue")},
			others: []client.Object{&rbacv1.ClusterRoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: "all"}, Subjects: []rbacv1.Subject{{Kind: "Group", Name: "system:serviceaccounts:blue-home"}},
			}},
			want: []string{
				"Namespace blue-home", "it has the label " + tenant.Label, "kubectl delete namespace blue-home",
				"ClusterRoleBinding all", "it gives a role to system:serviceaccounts:blue-home of blue-home", "kubectl delete clusterrolebinding.v1.rbac.authorization.k8s.io all",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			scheme := tenant.Scheme()
			s := search{tenant: "blue", home: homeOf("blue", test.all), all: test.all}
			c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(test.others...).Build()
			s.namespaces(t.Context(), c)
			s.bindings(t.Context(), c)
			for _, err := range s.errs {
				if err != nil {
					t.Error(err)
				}
			}
			var got []string
			for _, l := range s.leftovers() {
				got = append(got, l.String(), l.Reason, l.Remedy)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLeftoversOfNobody(t *testing.T) {
	if _, err := Leftovers(t.Context(), nil, ""); err == nil {
		t.Error("no error")
	}
}
