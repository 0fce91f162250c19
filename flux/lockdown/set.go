package lockdown

import (
	"fmt"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// An objectSet is the objects of an installation by their kinds.
type objectSet struct {
	deployments    []*appsv1.Deployment
	kustomizations []*kustomizev1.Kustomization
	services       []*corev1.Service
	policies       []*networkingv1.NetworkPolicy
	mutations      []runtime.Object
}

func sorted(objects []runtime.Object) (objectSet, error) {
	var set objectSet
	for _, obj := range objects {
		obj, err := typed(obj)
		if err != nil {
			return objectSet{}, err
		}
		switch obj := obj.(type) {
		case *appsv1.Deployment:
			set.deployments = append(set.deployments, obj)
		case *kustomizev1.Kustomization:
			set.kustomizations = append(set.kustomizations, obj)
		case *corev1.Service:
			set.services = append(set.services, obj)
		case *networkingv1.NetworkPolicy:
			set.policies = append(set.policies, obj)
		case *admissionv1.MutatingAdmissionPolicy, *admissionv1.MutatingAdmissionPolicyBinding:
			set.mutations = append(set.mutations, obj)
		}
	}
	return set, nil
}

var checked = map[schema.GroupVersionKind]func() runtime.Object{
	admissionv1.SchemeGroupVersion.WithKind("MutatingAdmissionPolicy"):        func() runtime.Object { return &admissionv1.MutatingAdmissionPolicy{} },
	admissionv1.SchemeGroupVersion.WithKind("MutatingAdmissionPolicyBinding"): func() runtime.Object { return &admissionv1.MutatingAdmissionPolicyBinding{} },
	appsv1.SchemeGroupVersion.WithKind("Deployment"):                          func() runtime.Object { return &appsv1.Deployment{} },
	corev1.SchemeGroupVersion.WithKind("Service"):                             func() runtime.Object { return &corev1.Service{} },
	networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"):                 func() runtime.Object { return &networkingv1.NetworkPolicy{} },
	kustomizev1.GroupVersion.WithKind(kustomizev1.KustomizationKind):          func() runtime.Object { return &kustomizev1.Kustomization{} },
}

// typed converts the kinds that are checked, and leaves others unchanged.
func typed(obj runtime.Object) (runtime.Object, error) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return obj, nil
	}
	empty, ok := checked[u.GroupVersionKind()]
	if !ok {
		return obj, nil
	}
	into := empty()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, into); err != nil {
		return nil, fmt.Errorf("lockdown: %s %s/%s: %w", u.GetKind(), u.GetNamespace(), u.GetName(), err)
	}
	return into, nil
}
