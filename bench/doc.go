// Bench measures what it takes to turn tenants into YAML, with this library and
// with others, for the same tenants in the same run:
//
//	go run . -svg plots >results.md
//
// First it has every contender write a few tenants and a HelmRelease with hard
// values, reads the output back with sigs.k8s.io/yaml, and prints what is not
// there any more.
//
// Then it prints time, allocations, memory and output size, of every contender
// and number of tenants in a process of its own. All but flux's manifestgen get
// objects from [tenant.Build]: the row "build alone" is what that takes, and
// "writing alone" the factor of the rest. The factors are of processor time, in
// times what this library takes; each is measured several times by turns, and the best
// counts. Memory is the peak over that of the idle process;
// for what a program needs that has nothing but this library in it, see stream.
package main
