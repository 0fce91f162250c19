// Package offboarding proves that nothing of a tenant stays behind.
package offboarding
