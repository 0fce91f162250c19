// Package fluxcmd reads how Flux's controllers are started: the controller that a
// Deployment runs, its flags, feature gates and environment. It is the only parser of
// Flux's command lines.
package fluxcmd
