package tenant

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/names"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/acl"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// escapes lists what takes a Flux object out of the tenant. Objects of other
// kinds are none of its business: RBAC and Capsule see to them.
func (id identity) escapes(obj client.Object) field.ErrorList {
	e := escape{home: id.home, account: id.account, kubeConfig: id.kubeConfig}
	spec := field.NewPath("spec")
	switch obj := obj.(type) {
	case *kustomizev1.Kustomization:
		e.identity(spec, obj.Spec.ServiceAccountName, obj.Spec.KubeConfig)
		e.namespace(spec.Child("sourceRef"), obj.Spec.SourceRef.Namespace)
		e.dependencies(spec, obj.Spec.DependsOn)
		e.target(spec.Child("targetNamespace"), obj.Spec.TargetNamespace)
		if d := obj.Spec.Decryption; d != nil && d.SecretRef == nil && d.ServiceAccountName == "" {
			e.add(field.Required(spec.Child("decryption"), "a secretRef or a serviceAccountName: else kustomize-controller decrypts with its own identity"))
		}
	case *helmv2.HelmRelease:
		e.identity(spec, obj.Spec.ServiceAccountName, obj.Spec.KubeConfig)
		if obj.Spec.Chart != nil {
			e.namespace(spec.Child("chart", "spec", "sourceRef"), obj.Spec.Chart.Spec.SourceRef.Namespace)
		}
		if obj.Spec.ChartRef != nil {
			e.namespace(spec.Child("chartRef"), obj.Spec.ChartRef.Namespace)
		}
		e.dependencies(spec, obj.Spec.DependsOn)
		e.target(spec.Child("targetNamespace"), obj.Spec.TargetNamespace)
		e.target(spec.Child("storageNamespace"), obj.Spec.StorageNamespace)
		if !id.homeWorkloads && (obj.Spec.TargetNamespace == "" || obj.Spec.TargetNamespace == e.home) {
			e.add(field.Invalid(spec.Child("targetNamespace"), obj.Spec.TargetNamespace, "must be one of the tenant's namespaces: the home namespace runs no workloads"))
		}
	case *sourcev1.GitRepository:
		e.transport(spec.Child("url"), obj.Spec.URL)
		e.cloud(spec, obj.Spec.Provider, obj.Spec.ServiceAccountName)
	case *sourcev1.OCIRepository:
		e.insecure(spec, obj.Spec.Insecure)
		e.cloud(spec, obj.Spec.Provider, obj.Spec.ServiceAccountName)
	case *sourcev1.HelmRepository:
		e.transport(spec.Child("url"), obj.Spec.URL)
		e.insecure(spec, obj.Spec.Insecure)
		e.shared(spec, obj.Spec.AccessFrom)
		if obj.Spec.PassCredentials {
			e.add(field.Forbidden(spec.Child("passCredentials"), "credentials would be sent to every host that the repository's index names"))
		}
	case *sourcev1.Bucket:
		e.insecure(spec, obj.Spec.Insecure)
		e.cloud(spec, obj.Spec.Provider, obj.Spec.ServiceAccountName)
	case *notificationv1beta3.Provider:
		e.transport(spec.Child("address"), obj.Spec.Address)
	case *notificationv1beta3.Alert:
		for i, source := range obj.Spec.EventSources {
			e.namespace(spec.Child("eventSources").Index(i), source.Namespace)
		}
	case *notificationv1.Receiver:
		for i, resource := range obj.Spec.Resources {
			e.namespace(spec.Child("resources").Index(i), resource.Namespace)
		}
	case *reflectorv1.ImageRepository:
		e.insecure(spec, obj.Spec.Insecure)
		e.cloud(spec, obj.Spec.Provider, obj.Spec.ServiceAccountName)
		e.shared(spec, obj.Spec.AccessFrom)
	case *reflectorv1.ImagePolicy:
		e.namespace(spec.Child("imageRepositoryRef"), obj.Spec.ImageRepositoryRef.Namespace)
	case *automationv1.ImageUpdateAutomation:
		e.namespace(spec.Child("sourceRef"), obj.Spec.SourceRef.Namespace)
	default:
		return nil
	}
	return e.found
}

// escape collects what leaves a tenant.
type escape struct {
	home, account string
	kubeConfig    *meta.KubeConfigReference
	found         field.ErrorList
}

func (e *escape) add(err *field.Error) { e.found = append(e.found, err) }

func (e *escape) identity(spec *field.Path, account string, kubeConfig *meta.KubeConfigReference) {
	if account != e.account {
		e.add(field.Invalid(spec.Child("serviceAccountName"), account, "must be the tenant's reconciler, "+e.account))
	}
	if !equality.Semantic.DeepEqual(kubeConfig, e.kubeConfig) {
		e.add(field.Forbidden(spec.Child("kubeConfig"), "must be the tenant's own access"))
	}
}

func (e *escape) namespace(ref *field.Path, namespace string) {
	if namespace != "" && namespace != e.home {
		e.add(field.Invalid(ref.Child("namespace"), namespace, "must be the tenant's home namespace, "+e.home))
	}
}

func (e *escape) dependencies(spec *field.Path, dependencies []meta.DependencyReference) {
	for i, dependency := range dependencies {
		e.namespace(spec.Child("dependsOn").Index(i), dependency.Namespace)
	}
}

func (e *escape) target(path *field.Path, namespace string) {
	if names.IsPlatform(namespace) {
		e.add(field.Invalid(path, namespace, "must not be a namespace of Kubernetes, Flux or Capsule"))
	}
}

func (e *escape) insecure(spec *field.Path, insecure bool) {
	if insecure {
		e.add(field.Forbidden(spec.Child("insecure"), "whoever is on the way can replace what the cluster applies"))
	}
}

func (e *escape) transport(path *field.Path, url string) {
	if strings.HasPrefix(url, "http://") {
		e.add(field.Forbidden(path, "must not be plain http: whoever is on the way can read and replace what is sent"))
	}
}

// cloud: without an account of its own a source authenticates to a cloud as the
// controller, and so reads what the platform may read.
func (e *escape) cloud(spec *field.Path, provider, account string) {
	switch provider {
	case "", "generic", "github":
		return
	}
	if account == "" {
		e.add(field.Required(spec.Child("serviceAccountName"), "with provider "+provider+" an account of the tenant's has to authenticate"))
	}
}

func (e *escape) shared(spec *field.Path, access *acl.AccessFrom) {
	if access != nil {
		e.add(field.Forbidden(spec.Child("accessFrom"), "opens the object to other namespaces"))
	}
}
