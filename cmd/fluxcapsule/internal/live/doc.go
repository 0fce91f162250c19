// Package live connects to a running cluster and reads its objects.
package live
