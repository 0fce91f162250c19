// Package model is the input of the audit's rules: the objects of one cluster, and
// their relations.
//
//	objects ──> Set ──┬─> Tenancy    who the tenants are, and whose each namespace is
//	                  ├─> Rights     what each role allows, and who holds it
//	                  ├─> Flux       the controllers, their flags and versions
//	                  ├─> Admission  the policies of the set, ready to be asked
//	                  └─> Appliers   Kustomizations and HelmReleases alike
//
// Each part is built once, from the set and from the parts above it; the model does
// not change afterwards.
package model
