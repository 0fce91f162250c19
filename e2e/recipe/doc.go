// Package recipe proves that the library's output works: one tenant of each way of
// access, from its first apply on.
package recipe
