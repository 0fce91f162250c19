package flux

import (
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Alert sends the events of spec.eventSources, see [EventSources], to a Provider
// of its own namespace. It sends all events unless spec.eventSeverity,
// inclusionList or exclusionList says otherwise.
//
// See https://fluxcd.io/flux/components/notification/alerts/
func Alert(metadata metav1.ObjectMeta, spec notificationv1beta3.AlertSpec, allow ...Allowance) (*notificationv1beta3.Alert, error) {
	return finish(&notificationv1beta3.Alert{
		TypeMeta: typeMeta(notificationv1beta3.AlertKind), ObjectMeta: metadata, Spec: spec,
	}, allow)
}

func validateAlert(path *field.Path, alert *notificationv1beta3.AlertSpec) field.ErrorList {
	errs := validate.Subdomain(path.Child("providerRef", "name"), alert.ProviderRef.Name)
	errs = append(errs, validate.Enum(path.Child("eventSeverity"), alert.EventSeverity, "info", "error")...)
	errs = append(errs, maxLength(path.Child("summary"), alert.Summary, 255)...)
	if len(alert.EventSources) == 0 {
		errs = append(errs, field.Required(path.Child("eventSources"), "an Alert without sources sends nothing"))
	}
	for i, ref := range alert.EventSources {
		errs = append(errs, validateEventReference(path.Child("eventSources").Index(i), ref)...)
	}
	for i, expr := range alert.InclusionList {
		errs = append(errs, validate.Regexp(path.Child("inclusionList").Index(i), expr)...)
	}
	for i, expr := range alert.ExclusionList {
		errs = append(errs, validate.Regexp(path.Child("exclusionList").Index(i), expr)...)
	}
	return errs
}
