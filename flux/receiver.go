package flux

import (
	"slices"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/notification"
)

// Receiver is a webhook that triggers the reconciliation of the objects of
// spec.resources, see [ReceiverResources]. spec.type is the caller: github, gitlab,
// generic and so on. The Secret of spec.secretRef makes the URL unguessable, and with
// most types it authenticates the caller; with generic it does not, so anyone who
// knows the URL can call it. The type generic-oidc has spec.oidcProviders instead of
// the Secret. The default of spec.resources[].apiVersion is the kind's.
//
// See https://fluxcd.io/flux/components/notification/receivers/
func Receiver(metadata metav1.ObjectMeta, spec notificationv1.ReceiverSpec, allow ...Allowance) (*notificationv1.Receiver, error) {
	spec.Resources = slices.Clone(spec.Resources)
	for i := range spec.Resources {
		if ref := &spec.Resources[i]; ref.APIVersion == "" {
			ref.APIVersion, _ = notification.APIVersion(ref.Kind)
		}
	}
	return finish(&notificationv1.Receiver{TypeMeta: typeMeta(notificationv1.ReceiverKind), ObjectMeta: metadata, Spec: spec}, allow)
}
