// Package operator runs the example's operator as a process, with the role that its
// markers give it. The cluster's administrator uses package apply beside it.
package operator
