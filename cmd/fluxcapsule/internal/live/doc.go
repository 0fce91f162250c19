// Package live reads the objects of a running cluster.
package live
