// Package audit reads any set of objects and reports the holes in its tenancy.
package audit
