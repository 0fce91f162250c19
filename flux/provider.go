package flux

import (
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Provider is a destination of notifications, by spec.type: a chat, the commit status
// of a git host, an incident system, any webhook. Its address and its token belong in
// the Secret of spec.secretRef, under the keys address and token.
//
// See https://fluxcd.io/flux/components/notification/providers/
func Provider(metadata metav1.ObjectMeta, spec notificationv1beta3.ProviderSpec, allow ...Allowance) (*notificationv1beta3.Provider, error) {
	return finish(&notificationv1beta3.Provider{TypeMeta: typeMeta(notificationv1beta3.ProviderKind), ObjectMeta: metadata, Spec: spec}, allow)
}
