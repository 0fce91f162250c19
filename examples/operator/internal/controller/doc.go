// Package controller is the operator.
package controller
