// Package faults proves that tenants recover: it breaks one part after the other
// and checks that nothing is lost and every tenant becomes Ready again.
package faults
