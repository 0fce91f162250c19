package flux

import (
	"reflect"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// An Object is any Kubernetes object, of Flux or not.
type Object interface {
	metav1.Object
	runtime.Object
}

// groupVersions are the API versions of the Flux kinds that have a constructor.
var groupVersions = map[string]schema.GroupVersion{
	sourcev1.GitRepositoryKind:             sourcev1.GroupVersion,
	sourcev1.OCIRepositoryKind:             sourcev1.GroupVersion,
	sourcev1.BucketKind:                    sourcev1.GroupVersion,
	sourcev1.HelmRepositoryKind:            sourcev1.GroupVersion,
	sourcev1.HelmChartKind:                 sourcev1.GroupVersion,
	sourcev1.ExternalArtifactKind:          sourcev1.GroupVersion,
	kustomizev1.KustomizationKind:          kustomizev1.GroupVersion,
	helmv2.HelmReleaseKind:                 helmv2.GroupVersion,
	notificationv1beta3.ProviderKind:       notificationv1beta3.GroupVersion,
	notificationv1beta3.AlertKind:          notificationv1beta3.GroupVersion,
	notificationv1.ReceiverKind:            notificationv1.GroupVersion,
	reflectorv1.ImageRepositoryKind:        reflectorv1.GroupVersion,
	reflectorv1.ImagePolicyKind:            reflectorv1.GroupVersion,
	automationv1.ImageUpdateAutomationKind: automationv1.GroupVersion,
}

// typeMeta is the type of a Flux kind.
func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: groupVersions[kind].String(), Kind: kind}
}

// typeOf is the type of an object of a Flux kind by its Go type.
func typeOf(obj runtime.Object) schema.GroupVersionKind {
	kind := reflect.TypeOf(obj).Elem().Name()
	return groupVersions[kind].WithKind(kind)
}

// kindOf is the kind of an object. One that was read with a typed client has no
// TypeMeta, but its Go type has the name of its kind.
func kindOf(obj runtime.Object) string {
	if kind := obj.GetObjectKind().GroupVersionKind().Kind; kind != "" {
		return kind
	}
	return reflect.TypeOf(obj).Elem().Name()
}

// apiVersionOf is the API version of an object, empty if the object has none and
// is not of a Flux kind.
func apiVersionOf(obj runtime.Object) string {
	if version := obj.GetObjectKind().GroupVersionKind().GroupVersion(); !version.Empty() {
		return version.String()
	}
	return groupVersions[kindOf(obj)].String()
}
