// Command hold starts a control plane with two tenants and holds it until it is
// interrupted, for whoever wants to try an attack. It prints how to act as the
// platform, as a tenant, and in the tenant's git.
//
//	go -C e2e run ./hold -access "impersonation only"
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

func main() {
	var o options
	var names []string
	for _, a := range harness.Accesses() {
		names = append(names, fmt.Sprintf("%q", a.Name))
	}
	flag.StringVar(&o.access, "access", harness.ImpersonationOnly().Name, "how Flux reaches the API server for the tenants: "+strings.Join(names, ", "))
	flag.BoolVar(&o.protection.Flags, "flags", true, "lock Flux down")
	flag.BoolVar(&o.protection.Policies, "policies", true, "put the admission policies into force")
	flag.BoolVar(&o.protection.Identity, "identity", true, "give Flux the gate for workload identity")
	flag.Parse()

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
	controlplane.Main(holder{ctx, o, set})
}

type options struct {
	access     string
	protection harness.Protection
}

// A holder is the program that runs in the sandbox.
type holder struct {
	ctx context.Context
	options
	set controlplane.Set
}

// Run holds a control plane until it is interrupted.
func (h holder) Run() int {
	if err := h.hold(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (h holder) hold() error {
	access, err := h.find()
	if err != nil {
		return err
	}
	env, err := harness.Launch(h.ctx, h.set)
	if err != nil {
		return err
	}
	defer env.Close()
	if access.Proxy && env.Plane.Proxy == nil {
		return fmt.Errorf("access by %s needs a capsule-proxy binary in $%s", access.Name, controlplane.ProxyVar)
	}
	if err := env.Prepare(h.ctx); err != nil {
		return err
	}
	if err := env.Protect(h.ctx, h.protection); err != nil {
		return err
	}
	tenants, err := makeTenants(h.ctx, env, access)
	if err != nil {
		return err
	}
	if err := explain(h.ctx, os.Stdout, env, tenants[0]); err != nil {
		return err
	}
	<-h.ctx.Done()
	return nil
}

func (h holder) find() (harness.Access, error) {
	for _, a := range harness.Accesses() {
		if a.Name == h.access {
			return a, nil
		}
	}
	return harness.Access{}, fmt.Errorf("there is no access %q", h.access)
}
