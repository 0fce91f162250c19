// Package operator runs the example's operator as a process with the role that its
// markers give it, and package apply as its administrator.
package operator
