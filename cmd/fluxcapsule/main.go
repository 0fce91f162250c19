// Fluxcapsule builds, checks and migrates multi-tenant Flux and Capsule
// manifests.
//
//	fluxcapsule build -f teams.yaml | kubectl apply --server-side -f -
//	fluxcapsule fleet teams --platform platform.yaml --access access.yaml --out gitops
//	fluxcapsule audit gitops
//	fluxcapsule diff ../base/gitops gitops
//	fluxcapsule graph gitops -o svg > tenancy.svg
//	fluxcapsule migrate old-repository > teams.yaml
//	fluxcapsule kubeconfig --serviceaccount gitops-reconciler --namespace dev-team --server URL
//	fluxcapsule leftovers dev-team
//	fluxcapsule validate gitops
//	fluxcapsule schema teams > teams.schema.json
//
// It exits with 0 on success, with 1 if it found what it was asked to look for
// (findings, wider access, invalid objects, a stale tree, a problem with a
// kubeconfig), and with 2 on any other error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process, whatever it is doing.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, exit.ErrFound) {
		fmt.Fprintln(stderr, "error:", err)
	}
	return exit.Code(err)
}
