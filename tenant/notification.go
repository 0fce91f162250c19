package tenant

import (
	"errors"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/expressions"
	"github.com/fluxcapsule/fluxcapsule/internal/notification"
)

// Notification sends the events of the tenant's objects in its home namespace to one
// destination. Both of its objects have the name of the tenant. For further ones, see
// [Bundle.NewProvider] and [Bundle.NewAlert].
//
// +kubebuilder:object:generate=true
type Notification struct {
	// Provider is the destination, as Flux's Provider describes it. Its Secrets and its
	// account are in the home namespace.
	Provider notificationv1beta3.ProviderSpec `json:"provider"`

	// Alert says which events are sent. The default is all of those of the tenant's
	// source and Kustomization.
	Alert Alert `json:"alert,omitzero"`
}

// Alert says which events are sent: Flux's Alert, except that the Provider is the
// Notification's, and the sources of events may be left out.
//
// +kubebuilder:object:generate=true
type Alert struct {
	// EventSeverity is the lowest severity of the events that are sent: info or error.
	// The default is Flux's, info.
	//
	// +kubebuilder:validation:Enum=info;error
	EventSeverity string `json:"eventSeverity,omitempty"`

	// EventSources are the objects of the home namespace whose events are sent. The
	// default is the tenant's source and Kustomization. The name "*" stands for all
	// objects of a kind.
	EventSources []notificationv1.CrossNamespaceObjectReference `json:"eventSources,omitempty"`

	// InclusionList are regular expressions of Go; only messages that match one of them
	// are sent. The default is all messages.
	InclusionList []string `json:"inclusionList,omitempty"`

	// ExclusionList are regular expressions of Go; messages that match one of them are
	// not sent. The default is none.
	ExclusionList []string `json:"exclusionList,omitempty"`

	// EventMetadata is added to every event, such as the name of the cluster. The
	// default is none.
	EventMetadata map[string]string `json:"eventMetadata,omitempty"`
}

// notificationObjects makes the objects of the spec's notification, which may be nil.
func notificationObjects(id identity, spec Spec) (*notificationv1beta3.Provider, *notificationv1beta3.Alert, error) {
	if spec.Notification == nil {
		return nil, nil, nil
	}
	provider, err1 := flux.Provider(id.deliveryMeta(), spec.provider())
	alert, err2 := flux.Alert(id.deliveryMeta(), spec.alert(id))
	return provider, alert, errors.Join(err1, err2)
}

func (s Spec) provider() notificationv1beta3.ProviderSpec {
	provider := *s.Notification.Provider.DeepCopy()
	provider.Suspend = provider.Suspend || s.Quarantine
	return provider
}

func (s Spec) alert(id identity) notificationv1beta3.AlertSpec {
	given := s.Notification.Alert.DeepCopy()
	alert := notificationv1beta3.AlertSpec{
		ProviderRef:   meta.LocalObjectReference{Name: id.tenant},
		EventSeverity: given.EventSeverity,
		EventSources:  given.EventSources,
		InclusionList: given.InclusionList,
		ExclusionList: given.ExclusionList,
		EventMetadata: given.EventMetadata,
		Suspend:       s.Quarantine,
	}
	if len(alert.EventSources) == 0 {
		for _, kind := range []string{id.source.Kind, "Kustomization"} {
			alert.EventSources = append(alert.EventSources, notificationv1.CrossNamespaceObjectReference{Kind: kind, Name: id.tenant})
		}
	}
	return alert
}

// validateNotification checks the specs of both objects, and that they do not leave
// the tenant.
func (s Spec) validateNotification(path *field.Path) field.ErrorList {
	if s.Notification == nil {
		return nil
	}
	id := newIdentity(s)
	provider := &notificationv1beta3.Provider{Spec: s.provider()}
	at := path.Child("provider")
	errs := notification.ValidateProvider(at, &provider.Spec, false)
	errs = append(errs, expressions.Validate(at, provider)...)
	errs = append(errs, forbidden(at, id.leaves(provider))...)

	alert := &notificationv1beta3.Alert{Spec: s.alert(id)}
	alert.Spec.ProviderRef.Name = "x" // the name of the tenant, checked elsewhere
	at = path.Child("alert")
	errs = append(errs, notification.ValidateAlert(at, &alert.Spec)...)
	return append(errs, forbidden(at, id.leaves(alert))...)
}
