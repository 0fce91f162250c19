package policytest

import (
	"context"
	"slices"
	"strings"
	"testing"

	admissionrequestv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A Request is a request to the API server.
type Request struct {
	// User and Groups identify the requester, by default the tenant's reconciler. The
	// groups are separated by spaces.
	User, Groups string

	// Old and New are the object. A created object has no Old, a deleted one no New.
	Old, New *unstructured.Unstructured

	// Subresource is such as "status".
	Subresource string

	// Namespace holds the labels of the object's namespace.
	Namespace map[string]string
}

// asked is a request in the evaluator's form.
type asked struct {
	Request
	attributes *admission.VersionedAttributes
	request    *admissionrequestv1.AdmissionRequest
	namespace  *corev1.Namespace
}

func (r Request) ask() asked {
	operation, object := admission.Update, r.New
	switch {
	case r.New == nil:
		operation, object = admission.Delete, r.Old
	case r.Old == nil:
		operation = admission.Create
	}
	user := authenticationv1.UserInfo{Username: r.User, Groups: strings.Fields(r.Groups)}
	if user.Username == "" {
		user = authenticationv1.UserInfo{Username: "system:serviceaccount:red:gitops-reconciler", Groups: []string{"system:serviceaccounts", "system:serviceaccounts:red"}}
	}
	gvk := object.GroupVersionKind()
	gvr, _ := meta.UnsafeGuessKindToResource(gvk)
	attributes := &admission.VersionedAttributes{VersionedKind: gvk}
	if r.New != nil {
		attributes.VersionedObject = r.New
	}
	if r.Old != nil {
		attributes.VersionedOldObject = r.Old
	}
	attributes.Attributes = admission.NewAttributesRecord(attributes.VersionedObject, attributes.VersionedOldObject, gvk,
		object.GetNamespace(), object.GetName(), gvr, r.Subresource, operation, nil, false, nil)
	return asked{
		Request:    r,
		attributes: attributes,
		request: &admissionrequestv1.AdmissionRequest{
			Operation: admissionrequestv1.Operation(operation), Namespace: object.GetNamespace(), Name: object.GetName(), UserInfo: user,
			Kind: metav1.GroupVersionKind(gvk), Resource: metav1.GroupVersionResource(gvr), SubResource: r.Subresource,
		},
		namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: object.GetNamespace(), Labels: r.Namespace}},
	}
}

// evaluate returns the values of expressions.
func (a asked) evaluate(t testing.TB, evaluator cel.ConditionEvaluator) []any {
	t.Helper()
	results, _, err := evaluator.ForInput(context.Background(), a.attributes, a.request, cel.OptionalVariableBindings{}, a.namespace, celconfig.RuntimeCELCostBudget)
	if err != nil {
		t.Fatal(err)
	}
	var values []any
	for _, result := range results {
		if result.Error != nil {
			t.Fatalf("%s: %v", result.ExpressionAccessor.GetExpression(), result.Error)
		}
		values = append(values, result.EvalResult.Value())
	}
	return values
}

// meets reports whether all conditions are true.
func (a asked) meets(t testing.TB, conditions cel.ConditionEvaluator) bool {
	t.Helper()
	return !slices.Contains(a.evaluate(t, conditions), any(false))
}

// Object reads an object, in the namespace "red" if it is not cluster-scoped, and of
// the group of its kind. It
// is nil for an empty text.
func Object(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	if text == "" {
		return nil
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: groups[object.GetKind()], Version: "v1", Kind: object.GetKind()})
	if !clusterScoped[object.GetKind()] {
		object.SetNamespace("red")
	}
	if object.GetName() == "" {
		object.SetName("x")
	}
	return object
}

var clusterScoped = map[string]bool{"Namespace": true, "Tenant": true, "GlobalTenantResource": true}

var groups = map[string]string{
	"GlobalTenantResource": "capsule.clastix.io", "TenantResource": "capsule.clastix.io",
	"Tenant":        "capsule.clastix.io",
	"Kustomization": "kustomize.toolkit.fluxcd.io", "HelmRelease": "helm.toolkit.fluxcd.io",
	"GitRepository": "source.toolkit.fluxcd.io", "OCIRepository": "source.toolkit.fluxcd.io", "Bucket": "source.toolkit.fluxcd.io",
	"HelmRepository": "source.toolkit.fluxcd.io", "HelmChart": "source.toolkit.fluxcd.io", "ExternalArtifact": "source.toolkit.fluxcd.io",
	"Provider": "notification.toolkit.fluxcd.io", "Alert": "notification.toolkit.fluxcd.io", "Receiver": "notification.toolkit.fluxcd.io",
	"ImageRepository": "image.toolkit.fluxcd.io", "ImagePolicy": "image.toolkit.fluxcd.io", "ImageUpdateAutomation": "image.toolkit.fluxcd.io",
	"ResourceSet": names.FluxOperator, "ResourceSetInputProvider": names.FluxOperator, "ArtifactGenerator": names.SourceExtensions,
	"RoleBinding": "rbac.authorization.k8s.io",
}
