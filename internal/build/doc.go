// Package build holds the one way in which every builder of this module ends: a
// deep copy of the object, or one error that lists every invalid field.
package build
