// Bench measures what it takes to turn tenants into YAML, with this library and
// with others, for the same tenants in the same run:
//
//	go run . -svg ../docs/bench
//
// For every contender and every number of tenants it starts a process of its
// own, and prints time, allocations, memory and output size. The factors, of
// processor time and allocations, are in times what this library takes on one
// core. Memory is the peak over that of the idle process; what a program needs
// that has nothing but this library in it, see stream. Before that it has every contender write a few
// tenants and a HelmRelease with hard values, reads the output back with
// sigs.k8s.io/yaml, and prints what is not there any more.
//
// All but flux's manifestgen get built objects from [tenant.Build], so that what is
// compared is the writing; the row "build" is what that takes alone.
package main
