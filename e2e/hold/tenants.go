package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"text/template"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// makeTenants makes red, the attacker, and blue, the victim, and waits until both are
// Ready.
func makeTenants(ctx context.Context, env *harness.Env, access harness.Access) ([]*harness.Team, error) {
	red, err := env.NewTeam(ctx, tenant.Spec{Name: "red", Access: env.Access(access)}, nil)
	if err != nil {
		return nil, err
	}
	blue, err := env.NewVictim(ctx, tenant.Spec{Name: "blue", Access: env.Access(access)})
	if err != nil {
		return nil, err
	}
	tenants := []*harness.Team{red, blue}
	for _, t := range tenants {
		if err := t.Apply(ctx); err != nil {
			return nil, err
		}
	}
	for _, t := range tenants {
		err := harness.Eventually(ctx, harness.Patience, func(ctx context.Context) error { return env.IsReady(ctx, t.Kustomization) })
		if err != nil {
			return nil, err
		}
	}
	return tenants, nil
}

// explanation is the output of hold.
const explanation = `
The control plane runs, and the tenants red and blue are Ready. Blue has a Secret
"hidden" in each of its namespaces, a private repository and a HelmRelease.

A shell in the control plane's network, with the cluster's names:

  nsenter -t {{.PID}} -n -m {{.User}}bash

In it, as the platform, and as red's reconciler:

  export KUBECONFIG={{.Platform}}
  export KUBECONFIG={{.Tenant}}

Red's git, from any shell; Flux applies a push within a minute:

  git clone {{.Dir}}/git/red.git

The logs of the components are in {{.Dir}}.
Interrupt this command to end all of it.
`

// explain prints how to act as the platform and as a tenant.
func explain(ctx context.Context, w io.Writer, env *harness.Env, red *harness.Team) error {
	platform, err := env.Plane.AdminKubeconfig()
	if err != nil {
		return err
	}
	account, err := env.Plane.AccountKubeconfig(ctx, red.ServiceAccount.Namespace, red.ServiceAccount.Name)
	if err != nil {
		return err
	}
	// /proc is that of the PID namespace outside, since nothing has mounted another.
	pid, err := os.Readlink("/proc/self")
	if err != nil {
		return err
	}
	user := ""
	if ids, err := os.ReadFile("/proc/self/uid_map"); err != nil || !bytes.Contains(ids, []byte("4294967295")) {
		user = "-U --preserve-credentials "
	}
	return template.Must(template.New("").Parse(explanation)).Execute(w, map[string]any{
		"PID": pid, "User": user, "Dir": env.Plane.Dir(), "Platform": platform, "Tenant": account,
	})
}
