// Package build holds the one way in which every builder of this module ends:
// options applied, nothing shared, everything validated, all problems in one
// error.
package build
