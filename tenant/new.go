package tenant

import (
	"errors"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/expressions"
)

// The methods below build objects for the home namespace, as the tenant would put
// them into its own repository, with the tenant's labels and shard. The objects do
// not carry [Label]; [Bundle.Add] adds it, which makes them the platform's.

// NewGitRepository builds a further source for the home namespace.
func (b *Bundle) NewGitRepository(name string, spec sourcev1.GitRepositorySpec) (*sourcev1.GitRepository, error) {
	return bound(b, &sourcev1.GitRepository{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*sourcev1.GitRepository, error) {
		return flux.GitRepository(m, spec)
	})
}

// NewOCIRepository builds a further source for the home namespace, of manifests
// or of a chart.
func (b *Bundle) NewOCIRepository(name string, spec sourcev1.OCIRepositorySpec) (*sourcev1.OCIRepository, error) {
	return bound(b, &sourcev1.OCIRepository{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*sourcev1.OCIRepository, error) {
		return flux.OCIRepository(m, spec)
	})
}

// NewHelmRepository builds a source of charts for the home namespace.
func (b *Bundle) NewHelmRepository(name string, spec sourcev1.HelmRepositorySpec) (*sourcev1.HelmRepository, error) {
	return bound(b, &sourcev1.HelmRepository{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*sourcev1.HelmRepository, error) {
		return flux.HelmRepository(m, spec)
	})
}

// NewHelmChart builds a chart for the home namespace, to which HelmReleases
// refer by spec.chartRef.
func (b *Bundle) NewHelmChart(name string, spec sourcev1.HelmChartSpec) (*sourcev1.HelmChart, error) {
	return bound(b, &sourcev1.HelmChart{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*sourcev1.HelmChart, error) {
		return flux.HelmChart(m, spec)
	})
}

// NewBucket builds a further source for the home namespace.
func (b *Bundle) NewBucket(name string, spec sourcev1.BucketSpec) (*sourcev1.Bucket, error) {
	return bound(b, &sourcev1.Bucket{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*sourcev1.Bucket, error) {
		return flux.Bucket(m, spec)
	})
}

// NewImageRepository builds, for the home namespace, an image whose tags are
// watched.
func (b *Bundle) NewImageRepository(name string, spec reflectorv1.ImageRepositorySpec) (*reflectorv1.ImageRepository, error) {
	return bound(b, &reflectorv1.ImageRepository{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*reflectorv1.ImageRepository, error) {
		return flux.ImageRepository(m, spec)
	})
}

// NewImagePolicy builds, for the home namespace, the choice of a tag.
func (b *Bundle) NewImagePolicy(name string, spec reflectorv1.ImagePolicySpec) (*reflectorv1.ImagePolicy, error) {
	return bound(b, &reflectorv1.ImagePolicy{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*reflectorv1.ImagePolicy, error) {
		return flux.ImagePolicy(m, spec)
	})
}

// NewImageUpdateAutomation builds, for the home namespace, the automation that
// commits chosen tags to a git repository. An empty spec.sourceRef becomes the
// tenant's own source, which must then be git.
func (b *Bundle) NewImageUpdateAutomation(name string, spec automationv1.ImageUpdateAutomationSpec) (*automationv1.ImageUpdateAutomation, error) {
	if spec.SourceRef == (automationv1.CrossNamespaceSourceReference{}) {
		spec.SourceRef = automationv1.CrossNamespaceSourceReference(b.identity().source)
	}
	return bound(b, &automationv1.ImageUpdateAutomation{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*automationv1.ImageUpdateAutomation, error) {
		return flux.ImageUpdateAutomation(m, spec)
	})
}

// NewProvider builds, for the home namespace, the destination of the tenant's alerts.
func (b *Bundle) NewProvider(name string, spec notificationv1beta3.ProviderSpec) (*notificationv1beta3.Provider, error) {
	return bound(b, &notificationv1beta3.Provider{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*notificationv1beta3.Provider, error) {
		return flux.Provider(m, spec)
	})
}

// NewAlert builds an Alert about objects of the home namespace.
func (b *Bundle) NewAlert(name string, spec notificationv1beta3.AlertSpec) (*notificationv1beta3.Alert, error) {
	return bound(b, &notificationv1beta3.Alert{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*notificationv1beta3.Alert, error) {
		return flux.Alert(m, spec)
	})
}

// NewReceiver builds a Receiver that triggers the reconciliation of objects of the
// home namespace.
func (b *Bundle) NewReceiver(name string, spec notificationv1.ReceiverSpec) (*notificationv1.Receiver, error) {
	return bound(b, &notificationv1.Receiver{ObjectMeta: b.ownMeta(name), Spec: spec}, func(m metav1.ObjectMeta) (*notificationv1.Receiver, error) {
		return flux.Receiver(m, spec)
	})
}

// bound builds an object. Its error lists what the builder rejects and the fields
// that leave the tenant. The draft is the object as the caller described it.
func bound[T client.Object](b *Bundle, draft T, construct func(metav1.ObjectMeta) (T, error)) (T, error) {
	var none T
	if err := b.made(); err != nil {
		return none, err
	}
	obj, err := construct(b.ownMeta(draft.GetName()))
	errs, other := build.Faults(err)
	if err != nil {
		obj = draft
	}
	errs = append(errs, expressions.Validate(field.NewPath("spec"), obj)...)
	errs = append(errs, b.id.leaves(obj)...)
	if b.taken()[idOf(obj)] {
		errs = append(errs, duplicate(obj))
	}
	if err := errors.Join(b.invalidObject(obj, errs), other); err != nil {
		return none, err
	}
	if b.id.shard != "" {
		flux.Shard(obj, b.id.shard)
	}
	return obj, nil
}

// identity returns the bundle's identity; a nil bundle has the zero identity.
func (b *Bundle) identity() identity {
	if b == nil {
		return identity{}
	}
	return b.id
}

func (b *Bundle) ownMeta(name string) metav1.ObjectMeta { return b.identity().ownMeta(name) }
