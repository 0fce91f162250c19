// Package faults proves that tenants recover: it breaks one part after another and
// checks that no object is lost and every tenant becomes Ready again.
package faults
