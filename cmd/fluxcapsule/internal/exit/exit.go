// Package exit holds the exit codes of the command.
package exit

import "errors"

// The exit codes.
const (
	OK     = 0 // done, and nothing found
	Found  = 1 // findings, wider access, invalid objects, a stale tree, a problem with a kubeconfig
	Failed = 2 // any other error
)

// ErrFound is returned by a command that has printed what it found. It stands
// for the exit code Found and is not printed.
var ErrFound = errors.New("found what it was asked to look for")

// Code returns the exit code for the error of a command.
func Code(err error) int {
	switch {
	case err == nil:
		return OK
	case errors.Is(err, ErrFound):
		return Found
	}
	return Failed
}
