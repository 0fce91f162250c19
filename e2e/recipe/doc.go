// Package recipe proves that the library's output works: one tenant for each mode of
// access, from its first apply on.
package recipe
