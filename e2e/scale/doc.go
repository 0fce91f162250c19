// Package scale measures a real Flux and Capsule with fleets of hundreds and thousands of tenants.
package scale
