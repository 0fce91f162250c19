package tenant

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/expressions"
)

// withExpressions are the kinds with fields that Flux compiles as CEL.
var withExpressions = map[schema.GroupVersionKind]func() runtime.Object{
	kustomizev1.GroupVersion.WithKind(kustomizev1.KustomizationKind): func() runtime.Object { return &kustomizev1.Kustomization{} },
	helmv2.GroupVersion.WithKind(helmv2.HelmReleaseKind):             func() runtime.Object { return &helmv2.HelmRelease{} },
	notificationv1beta3.GroupVersion.WithKind("Provider"):            func() runtime.Object { return &notificationv1beta3.Provider{} },
	notificationv1.GroupVersion.WithKind("Receiver"):                 func() runtime.Object { return &notificationv1.Receiver{} },
}

// ValidateExpressions returns an error for each CEL expression of an object of Flux
// that its controller rejects, which the API server and package flux take for any
// other text: those of healthCheckExprs, dependsOn[].readyExpr, commitStatusExpr,
// resourceFilter, resources[].filter and oidcProviders. [Bundle.Validate] includes
// them. The object, typed or unstructured, is not changed; one that does not fit its
// kind has none, and the errors of schema.Validate.
func ValidateExpressions(obj runtime.Object) field.ErrorList {
	if content, ok := obj.(*unstructured.Unstructured); ok && content != nil {
		typed, ok := withExpressions[content.GroupVersionKind()]
		if !ok {
			return nil
		}
		obj = typed()
		if runtime.DefaultUnstructuredConverter.FromUnstructured(content.Object, obj) != nil {
			return nil
		}
	}
	return expressions.Validate(field.NewPath("spec"), obj)
}
