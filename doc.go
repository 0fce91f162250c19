// Package fluxcapsule builds multi-tenant Flux and Capsule objects as typed
// Go values.
package fluxcapsule
