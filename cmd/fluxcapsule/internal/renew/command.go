package renew

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/live"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// A Connector returns a client for the cluster of a kubeconfig file and context.
type Connector func(file, context string) (kubernetes.Interface, error)

// Connect connects as [live.Config] does.
func Connect(file, contextName string) (kubernetes.Interface, error) {
	config, err := live.Config(file, contextName)
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

// NewCommand returns the subcommand kubeconfig.
func NewCommand(connect Connector) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "kubeconfig --serviceaccount NAME --server URL",
		Short: "Make, renew and check the kubeconfigs with which Flux goes through Capsule Proxy",
		Long: `Make, renew and check the kubeconfigs with which Flux goes through Capsule Proxy.

By default a kubeconfig is made or renewed for each ServiceAccount, once. --watch keeps
renewing; --cronjob IMAGE prints a CronJob that does; --check reports what exists and
exits with 1 if something is wrong or about to expire; --tokenless makes ConfigMaps
with which Flux requests short-lived tokens itself, so that nothing has to be renewed.`,
		Example: `  fluxcapsule kubeconfig --serviceaccount gitops-reconciler --namespace dev-team,ops-team \
      --server https://capsule-proxy.capsule-system.svc:9001 \
      --server-tls-secret-name capsule-proxy --server-tls-secret-namespace capsule-system`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.collect(cmd.Flags())
			if err := errors.Join(o.problems()...); err != nil {
				return err
			}
			return o.run(cmd.Context(), connect, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.register(cmd.Flags())
	return cmd
}

func (o *options) run(ctx context.Context, connect Connector, stdout, stderr io.Writer) error {
	if o.cronjob != "" {
		return o.printCronJob(stdout)
	}
	client, err := connect(o.kubeconfig, o.context)
	if err != nil {
		return err
	}
	switch {
	case o.check:
		return o.runCheck(ctx, client, stdout, stderr)
	case o.dryRun:
		return o.printObjects(ctx, client, stdout, stderr)
	case o.watch:
		renewal.Watch(ctx, client, o.targets(), o.options(stdout, stderr))
		return nil
	}
	results, err := renewal.EnsureAll(ctx, client, o.targets(), o.options(stdout, stderr))
	if err == nil {
		return nil
	}
	failed := 0
	for _, result := range results {
		if result.Err != nil {
			failed++ // and printed when it happened
		}
	}
	return fmt.Errorf("%d of %d kubeconfigs failed", failed, len(results))
}

// found is --check's error when it has printed a problem.
var found = exit.ErrFound
