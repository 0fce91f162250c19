package notification

import (
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ValidateAlert lists every fault of an Alert.
func ValidateAlert(path *field.Path, alert *notificationv1beta3.AlertSpec) field.ErrorList {
	errs := validate.Subdomain(path.Child("providerRef", "name"), alert.ProviderRef.Name)
	errs = append(errs, validate.Enum(path.Child("eventSeverity"), alert.EventSeverity, "info", "error")...)
	errs = append(errs, validate.MaxLength(path.Child("summary"), alert.Summary, 255)...)
	if len(alert.EventSources) == 0 {
		errs = append(errs, field.Required(path.Child("eventSources"), "an Alert without sources sends nothing"))
	}
	for i, ref := range alert.EventSources {
		errs = append(errs, ValidateReference(path.Child("eventSources").Index(i), ref)...)
	}
	for i, expr := range alert.InclusionList {
		errs = append(errs, validate.Regexp(path.Child("inclusionList").Index(i), expr)...)
	}
	for i, expr := range alert.ExclusionList {
		errs = append(errs, validate.Regexp(path.Child("exclusionList").Index(i), expr)...)
	}
	return errs
}
