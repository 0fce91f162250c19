// Command build builds what the control plane runs, into the user's cache: about
// 13 minutes on two cores when the cache is cold, seconds afterwards. Whoever
// runs it before go test needs no -timeout for the build.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	set, err := controlplane.ChosenSet()
	if err == nil {
		err = controlplane.Build(ctx, set, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
