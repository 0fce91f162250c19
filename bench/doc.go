// Bench measures how this library and others turn the same tenants into YAML, in the
// same run:
//
//	go run . -svg plots >results.md
//
// First it has every contender write a few tenants and a HelmRelease with hard
// values, reads the output back with sigs.k8s.io/yaml, and prints what was lost.
//
// Then it prints time, allocations, memory and output size, for every contender and
// number of tenants, each in a separate process. All but flux's manifestgen get
// objects from [tenant.Build]: the row "build alone" is the cost of that, and "writing
// alone" the factor of the rest. Factors are processor time relative to this library;
// each is measured several times in turn, and the best counts. Memory is the peak
// above the idle process; for a program with this library alone, see stream.
package main
