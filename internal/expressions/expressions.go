package expressions

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Validate lists the expressions of obj that its controller rejects. The path is the
// path of obj's spec. It ignores everything but pointers to Go types of Flux.
func Validate(path *field.Path, obj runtime.Object) field.ErrorList {
	switch obj := obj.(type) {
	case *kustomizev1.Kustomization:
		return append(validateReady(path, obj.Spec.DependsOn), validateHealth(path, obj.Spec.HealthCheckExprs)...)
	case *helmv2.HelmRelease:
		return append(validateReady(path, obj.Spec.DependsOn), validateHealth(path, obj.Spec.HealthCheckExprs)...)
	case *notificationv1beta3.Provider:
		return commitStatus.validate(path.Child("commitStatusExpr"), obj.Spec.CommitStatusExpr)
	case *notificationv1.Receiver:
		return validateReceiver(path, &obj.Spec)
	}
	return nil
}

// validateReady: Flux does not retry after an expression that is rejected here.
//
// Upstream: evalReadyExpr of kustomize-controller and of helm-controller.
func validateReady(path *field.Path, dependencies []meta.DependencyReference) field.ErrorList {
	var errs field.ErrorList
	for i, dependency := range dependencies {
		errs = append(errs, ready.validate(path.Child("dependsOn").Index(i).Child("readyExpr"), dependency.ReadyExpr)...)
	}
	return errs
}

// validateHealth checks expressions about an object of any kind, whose fields are
// its own, so that their names are not known.
//
// Upstream: NewStatusEvaluator of fluxcd/pkg/runtime/cel.
func validateHealth(path *field.Path, checks []kustomize.CustomHealthCheck) field.ErrorList {
	var errs field.ErrorList
	for i, check := range checks {
		at := path.Child("healthCheckExprs").Index(i)
		errs = append(errs, health.validate(at.Child("current"), check.Current)...)
		errs = append(errs, health.validate(at.Child("inProgress"), check.InProgress)...)
		errs = append(errs, health.validate(at.Child("failed"), check.Failed)...)
	}
	return errs
}

// validateReceiver checks the expressions that fail when the Receiver is called.
//
// Upstream: newFilterExpression and newOIDCClaimsProcessor in internal/server of
// notification-controller.
func validateReceiver(path *field.Path, spec *notificationv1.ReceiverSpec) field.ErrorList {
	requests := filter
	if spec.Type == notificationv1.GenericOIDCReceiver {
		requests = claimsFilter
	}
	errs := requests.validate(path.Child("resourceFilter"), spec.ResourceFilter)
	for i, resource := range spec.Resources {
		errs = append(errs, requests.validate(path.Child("resources").Index(i).Child("filter"), resource.Filter)...)
	}
	for i, provider := range spec.OIDCProviders {
		at := path.Child("oidcProviders").Index(i)
		for j, each := range provider.Variables {
			errs = append(errs, variable.validate(at.Child("variables").Index(j).Child("expression"), each.Expression)...)
		}
		for j, each := range provider.Validations {
			errs = append(errs, validation.validate(at.Child("validations").Index(j).Child("expression"), each.Expression)...)
		}
	}
	return errs
}
