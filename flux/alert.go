package flux

import (
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// An AlertOption sets something on an [Alert].
type AlertOption interface {
	ApplyToAlert(*notificationv1beta3.Alert) error
}

// AlertFunc is an option of one's own, for whatever has none here. What it sets
// is validated like the rest.
type AlertFunc func(*notificationv1beta3.Alert) error

// ApplyToAlert calls f.
func (f AlertFunc) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	if f == nil {
		return nil
	}
	return f(alert)
}

// Alert sends the events of the objects, see [Objects] and [AllOf], to the
// provider, which must be in the Alert's own namespace. All events are sent
// unless [Severity], [IncludeMessages] or [ExcludeMessages] says otherwise.
//
// See https://fluxcd.io/flux/components/notification/alerts/
func Alert(namespace, name string, provider *notificationv1beta3.Provider, on References, opts ...AlertOption) (*notificationv1beta3.Alert, error) {
	alert := &notificationv1beta3.Alert{
		TypeMeta:   typeMeta(notificationv1beta3.GroupVersion, notificationv1beta3.AlertKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
	}
	return build.WithOptions(alert, append([]AlertOption{to(provider), on}, opts...), AlertOption.ApplyToAlert, validateAlert)
}

func to(provider *notificationv1beta3.Provider) AlertFunc {
	return func(alert *notificationv1beta3.Alert) error {
		if provider == nil {
			return nil
		}
		alert.Spec.ProviderRef.Name = provider.Name
		if foreign(provider.Namespace, alert) != "" {
			return field.Invalid(field.NewPath("spec", "providerRef"), provider.Namespace+"/"+provider.Name, "must be in the namespace of the Alert")
		}
		return nil
	}
}

// Severity limits an Alert to events of the severity: "info" (the default) lets
// all pass, "error" only failures.
type Severity string

// ApplyToAlert sets spec.eventSeverity.
func (s Severity) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	alert.Spec.EventSeverity = string(s)
	return nil
}

// IncludeMessages adds regular expressions (RE2): only events whose message
// matches one of them are sent.
type IncludeMessages []string

// ApplyToAlert appends to spec.inclusionList.
func (i IncludeMessages) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	alert.Spec.InclusionList = append(alert.Spec.InclusionList, i...)
	return nil
}

// ExcludeMessages adds regular expressions (RE2): events whose message matches
// one of them are not sent.
type ExcludeMessages []string

// ApplyToAlert appends to spec.exclusionList.
func (e ExcludeMessages) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	alert.Spec.ExclusionList = append(alert.Spec.ExclusionList, e...)
	return nil
}

// EventMetadata adds to what is sent with every event: the cluster's name, say.
type EventMetadata map[string]string

// ApplyToAlert adds to spec.eventMetadata.
func (e EventMetadata) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	alert.Spec.EventMetadata = build.Merge(alert.Spec.EventMetadata, e)
	return nil
}

func validateAlert(alert *notificationv1beta3.Alert) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(alert)
	errs = append(errs, validate.Subdomain(spec.Child("providerRef", "name"), alert.Spec.ProviderRef.Name)...)
	errs = append(errs, validate.Enum(spec.Child("eventSeverity"), alert.Spec.EventSeverity, "info", "error")...)
	errs = append(errs, maxLength(spec.Child("summary"), alert.Spec.Summary, 255)...)
	if len(alert.Spec.EventSources) == 0 {
		errs = append(errs, field.Required(spec.Child("eventSources"), "an Alert on nothing sends nothing"))
	}
	for i, ref := range alert.Spec.EventSources {
		errs = append(errs, validateReference(spec.Child("eventSources").Index(i), ref)...)
	}
	for i, expr := range alert.Spec.InclusionList {
		errs = append(errs, validate.Regexp(spec.Child("inclusionList").Index(i), expr)...)
	}
	for i, expr := range alert.Spec.ExclusionList {
		errs = append(errs, validate.Regexp(spec.Child("exclusionList").Index(i), expr)...)
	}
	return errs
}
