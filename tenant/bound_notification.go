package tenant

import (
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// NewProvider builds, for the home namespace, where the tenant's alerts go.
func (b *Bundle) NewProvider(name, providerType string, opts ...flux.ProviderOption) (*notificationv1beta3.Provider, error) {
	option := func(f func(*notificationv1beta3.Provider) error) flux.ProviderOption { return flux.ProviderFunc(f) }
	inherit := option(func(provider *notificationv1beta3.Provider) error { b.inherit(provider); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.ProviderOption) (*notificationv1beta3.Provider, error) {
		return flux.Provider(b.home(), name, providerType, opts...)
	})
}

// NewAlert builds an Alert about objects of the home namespace.
func (b *Bundle) NewAlert(name string, provider *notificationv1beta3.Provider, on flux.References, opts ...flux.AlertOption) (*notificationv1beta3.Alert, error) {
	option := func(f func(*notificationv1beta3.Alert) error) flux.AlertOption { return flux.AlertFunc(f) }
	inherit := option(func(alert *notificationv1beta3.Alert) error { b.inherit(alert); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.AlertOption) (*notificationv1beta3.Alert, error) {
		return flux.Alert(b.home(), name, provider, on, opts...)
	})
}

// NewReceiver builds a Receiver that wakes objects of the home namespace.
func (b *Bundle) NewReceiver(name, receiverType string, wakes flux.References, opts ...flux.ReceiverOption) (*notificationv1.Receiver, error) {
	option := func(f func(*notificationv1.Receiver) error) flux.ReceiverOption { return flux.ReceiverFunc(f) }
	inherit := option(func(receiver *notificationv1.Receiver) error { b.inherit(receiver); return nil })
	return bound(b, inherit, opts, option, func(opts []flux.ReceiverOption) (*notificationv1.Receiver, error) {
		return flux.Receiver(b.home(), name, receiverType, wakes, opts...)
	})
}
