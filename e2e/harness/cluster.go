package harness

import (
	"context"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/audit"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Everything is the metadata of all objects in the cluster, except events and leases,
// which change by themselves.
func (c *Case) Everything() []metav1.PartialObjectMetadata {
	c.Helper()
	admin := c.Env.Plane.Admin
	kinds, err := discovery.NewDiscoveryClientForConfigOrDie(admin).ServerPreferredResources()
	c.Must(err)
	objects := metadata.NewForConfigOrDie(admin)
	var all []metav1.PartialObjectMetadata
	for _, list := range kinds {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		c.Must(err)
		for _, kind := range list.APIResources {
			if !slices.Contains(kind.Verbs, "list") || kind.Kind == "Event" || kind.Kind == "Lease" {
				continue
			}
			found, err := objects.Resource(version.WithResource(kind.Name)).List(c.Context(), metav1.ListOptions{})
			c.Must(err)
			for _, obj := range found.Items {
				obj.SetGroupVersionKind(version.WithKind(kind.Kind))
				all = append(all, obj)
			}
		}
	}
	return all
}

// PlatformObjects are the part of the platform that all tenants share, as it is now:
// the Deployments of the controllers, the admission policies in force, the network
// policies of Flux, and Capsule's configuration. The audit gets the running objects,
// so that no list of ours can differ.
func (e *Env) PlatformObjects(ctx context.Context) ([]runtime.Object, error) {
	var objects []runtime.Object
	for _, d := range e.Plane.Deployments() {
		objects = append(objects, d)
	}
	for _, of := range []struct {
		kind      schema.GroupVersionKind
		namespace string
	}{
		{admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicy"), ""},
		{admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicyBinding"), ""},
		{networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"), "flux-system"},
		{schema.GroupVersionKind{Group: "capsule.clastix.io", Version: "v1beta2", Kind: "CapsuleConfiguration"}, ""},
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(of.kind)
		if err := e.Plane.Client.List(ctx, list, client.InNamespace(of.namespace)); err != nil {
			return nil, err
		}
		for i := range list.Items {
			objects = append(objects, &list.Items[i])
		}
	}
	return objects, nil
}

// RuntimeObjects is a list of objects as a list of the wider interface.
func RuntimeObjects[O client.Object](list []O) []runtime.Object {
	objects := make([]runtime.Object, len(list))
	for i, obj := range list {
		objects[i] = obj
	}
	return objects
}

// Describe is a list of findings for who has to look into a failure.
func Describe(findings []audit.Finding) string {
	text := ""
	for _, f := range findings {
		text += f.Severity.String() + " " + f.Rule + ": " + f.Object.String() + ": " + f.Field + ": " + f.Message + "\n"
	}
	return text
}
