package flux

import (
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A ReceiverOption sets something on a [Receiver].
type ReceiverOption interface {
	ApplyToReceiver(*notificationv1.Receiver) error
}

// ReceiverFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type ReceiverFunc func(*notificationv1.Receiver) error

// ApplyToReceiver calls f.
func (f ReceiverFunc) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	if f == nil {
		return nil
	}
	return f(receiver)
}

// Receiver is a webhook that has the objects, see [Objects] and [AllOf],
// reconciled at once. Its type is who calls it: "github", "gitlab", "generic"
// and so on. [SecretRef] names the token that makes the URL unguessable and with
// which most types prove where a call comes from; "generic" does not, so that
// whoever knows the URL can call it. The type "generic-oidc" takes [OIDC] in
// place of the Secret.
//
// See https://fluxcd.io/flux/components/notification/receivers/
func Receiver(namespace, name, receiverType string, wakes References, opts ...ReceiverOption) (*notificationv1.Receiver, error) {
	receiver := &notificationv1.Receiver{
		TypeMeta:   typeMeta(notificationv1.GroupVersion, notificationv1.ReceiverKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       notificationv1.ReceiverSpec{Type: receiverType},
	}
	return build.WithOptions(receiver, append([]ReceiverOption{wakes}, opts...), ReceiverOption.ApplyToReceiver, validateReceiver)
}

// Events adds events that are heeded, by the caller's names for them, such as
// "push"; without any, all are.
type Events []string

// ApplyToReceiver appends to spec.events.
func (e Events) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	receiver.Spec.Events = append(receiver.Spec.Events, e...)
	return nil
}

// ResourceFilter is a CEL expression over req, the request's body, and res, the
// metadata of an object: only objects for which it is true are reconciled.
type ResourceFilter string

// ApplyToReceiver sets spec.resourceFilter.
func (r ResourceFilter) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	receiver.Spec.ResourceFilter = string(r)
	return nil
}

// OIDC adds an issuer whose tokens the type generic-oidc accepts, and the
// conditions on their claims, of which there must be at least one: a public
// issuer gives tokens to everybody.
type OIDC notificationv1.OIDCProvider

// ApplyToReceiver appends to spec.oidcProviders.
func (o OIDC) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	provider := (*notificationv1.OIDCProvider)(&o).DeepCopy()
	receiver.Spec.OIDCProviders = append(receiver.Spec.OIDCProviders, *provider)
	return nil
}
