// Package tree brings a directory in line with a set of generated files: only
// what differs is written, each file at once, nothing that a person wrote is
// touched, and nothing outside the directory is reached.
package tree
