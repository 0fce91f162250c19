// Package notification lists the faults of the specs of Providers and Alerts, for
// package flux and for the notification of a tenant's spec.
package notification
