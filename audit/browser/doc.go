// Package browser opens the audit's HTML report in a real browser. It holds nothing but
// tests, and is a module of its own: what drives the browser is not a dependency of the
// library.
package browser
