// Package build has the last step of every builder: it returns a deep copy of the
// object, or one error that lists every invalid field.
package build
