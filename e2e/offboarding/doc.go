// Package offboarding proves that off-boarding leaves nothing of a tenant behind.
package offboarding
