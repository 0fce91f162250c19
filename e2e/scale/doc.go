// Package scale measures what a real Flux and Capsule make of fleets of hundreds and thousands of tenants.
package scale
