// Package platform proves that the platform keeps control: its changes arrive in a
// hostile tenant's home, a name that a tenant has taken gives no access to a later
// tenant of that name, and a tenant can be stopped.
package platform
