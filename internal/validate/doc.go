// Package validate holds the field rules that several kinds share, in the words the
// API server uses for them. Each returns every fault it finds, and nothing for a
// valid value.
package validate
