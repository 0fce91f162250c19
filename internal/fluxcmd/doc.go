// Package fluxcmd reads how Flux's controllers are started: which controller a
// Deployment runs, with which flags, feature gates and environment. It is the
// only parser of Flux's command lines.
package fluxcmd
