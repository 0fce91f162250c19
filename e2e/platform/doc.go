// Package platform proves that the platform keeps control: what it decides arrives
// in a hostile tenant's home, a name that a tenant has taken is not a way into the
// tenant that comes later, and a tenant can be stopped.
package platform
