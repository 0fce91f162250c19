// Package v1beta1 holds the kinds of Capsule Proxy, capsule.clastix.io/v1beta1.
// Capsule Proxy is not published as a Go module; these are our own types for its
// API, to be replaced by its own when it is. Build them with
// [github.com/fluxcapsule/fluxcapsule/capsule.GlobalProxySettings] and
// [github.com/fluxcapsule/fluxcapsule/capsule.ProxySetting].
//
// See https://projectcapsule.dev/docs/proxy/proxysettings/
package v1beta1
