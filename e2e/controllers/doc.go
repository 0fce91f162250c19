// Package controllers proves what only running controllers can tell, those of
// notifications and images among them: that a tenant's images and alerts work under
// the lockdown, and that what the builders reject, though the API server accepts it,
// never works.
package controllers
