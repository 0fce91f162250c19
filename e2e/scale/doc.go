// Package scale proves that two hundred tenants fit one control plane.
package scale
