package flux

import (
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
