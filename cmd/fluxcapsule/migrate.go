package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/repository"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// migrateFlags are the flags of the subcommand migrate.
type migrateFlags struct{ proxy, proxyCA, audience, tree string }

func newMigrate() *cobra.Command {
	var flags migrateFlags
	cmd := &cobra.Command{
		Use:   "migrate PATH|-...",
		Short: "Print the tenants of an existing repository as specs",
		Long: `Print the tenants of an existing repository as specs for this command, that of
clastix/flux2-capsule-multi-tenancy (2022) included. Changes, and fields that could not be
carried over, are reported on standard error. A folder is read as Flux would apply it.

Every field and object that the specs do not build again is named. Exits with 2 if a
part could not be read, or a spec lacks something, after the tenants of all others.`,
		Example: `  fluxcapsule migrate tenants > teams.yaml
  fluxcapsule migrate tenants --proxy https://capsule-proxy.capsule-system.svc:9001 \
      --proxy-ca ca.crt --audience https://kubernetes.default.svc.cluster.local --tree gitops`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return flags.migrate(cmd.Context(), args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.proxy, "proxy", "", "`URL` of Capsule Proxy, for tenants whose kubeconfig Secret is not among the manifests")
	f.StringVar(&flags.proxyCA, "proxy-ca", "", "`file` with the CA of Capsule Proxy, PEM")
	f.StringVar(&flags.audience, "audience", "", "audience of the API server; access is tokenless with it, and by a Secret without")
	f.StringVar(&flags.tree, "tree", "", "`folder` to write a GitOps tree of the new objects to")
	return cmd
}

func (flags migrateFlags) migrate(ctx context.Context, paths []string, stdin io.Reader, stdout, stderr io.Writer) error {
	access, err := flags.access()
	if err != nil {
		return err
	}
	line := progress.Start(stderr)
	defer line.Done()
	loaded, err := load(ctx, line, paths, repository.Options{Stdin: stdin})
	if err != nil {
		return err
	}
	line.Step("comparing %d objects with those of tenants", len(loaded.Objects))
	result, err := migrate.Import(loaded.Objects, access)
	line.Done()
	unread := printUnread(loaded.Problems, stderr)
	if err != nil {
		unread = errors.Join(unread, err)
	}
	if len(result.Tenants) == 0 {
		return errors.Join(unread, errors.New("there is no Capsule Tenant in these manifests"))
	}
	lacking, err := printTenants(result, stdout, stderr)
	if err != nil {
		return err
	}
	if unread = errors.Join(unread, lacking); flags.tree == "" {
		return unread
	}
	changes, err := fleetOf(result.Tenants).WriteTree(ctx, flags.tree)
	if err != nil {
		return errors.Join(unread, err)
	}
	fmt.Fprintf(stderr, "%s: %d files written, %d unchanged\n", flags.tree, len(changes.Written), changes.Unchanged)
	return unread
}

// printTenants prints the specs, and on stderr the report. The error lacking lists
// the missing fields of the specs.
func printTenants(result *migrate.Result, stdout, stderr io.Writer) (lacking, err error) {
	for _, imported := range result.Tenants {
		name := imported.Spec.Name
		if imported.Overlay != "" {
			name += " in " + imported.Overlay
		}
		fmt.Fprintf(stderr, "%s:\n", name)
		for _, difference := range imported.Differences {
			fmt.Fprintf(stderr, "  %s\n", difference)
		}
		spec, err := yaml.Marshal(imported.Spec)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(stdout, "---\n")
		if imported.Overlay != "" {
			fmt.Fprintf(stdout, "# %s\n", imported.Overlay)
		}
		if _, err := stdout.Write(spec); err != nil {
			return nil, err
		}
		if imported.Err != nil {
			lacking = errors.Join(lacking, fmt.Errorf("the spec of %s is not complete: %w", name, imported.Err))
		}
	}
	if len(result.Rest) > 0 {
		fmt.Fprintln(stderr, "of no tenant:")
	}
	for _, difference := range result.Rest {
		fmt.Fprintf(stderr, "  %s\n", difference)
	}
	return lacking, nil
}

func fleetOf(found []migrate.Tenant) fleet.Fleet {
	return fleet.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) {
		for _, imported := range found {
			if !yield(imported.Spec, nil) {
				return
			}
		}
	}}
}

// access is how tenants whose kubeconfig is not among the manifests reach the
// API server.
func (flags migrateFlags) access() (kubeconfig.Access, error) {
	switch {
	case flags.proxy == "" && flags.proxyCA+flags.audience != "":
		return kubeconfig.Access{}, errors.New("--proxy-ca and --audience are about the proxy: name its URL with --proxy")
	case flags.proxy == "":
		return kubeconfig.Access{}, nil
	}
	access := kubeconfig.Access{Proxy: flags.proxy}
	if flags.proxyCA != "" {
		ca, err := os.ReadFile(flags.proxyCA)
		if err != nil {
			return access, err
		}
		access.CA = string(ca)
	}
	if access.SecretRef = (&meta.SecretKeyReference{}); flags.audience != "" {
		access.Audiences, access.SecretRef = []string{flags.audience}, nil
	}
	if err := access.Validate(nil).ToAggregate(); err != nil {
		return access, fmt.Errorf("--proxy %s, --proxy-ca %s: %w", flags.proxy, cmp.Or(flags.proxyCA, "not given"), err)
	}
	return access, nil
}

// printUnread prints the parts that could not be read, and returns an error that counts
// them.
func printUnread(problems []repository.Problem, stderr io.Writer) error {
	for _, problem := range problems {
		fmt.Fprintf(stderr, "not read: %s\n", problem)
	}
	if n := len(problems); n > 0 {
		return fmt.Errorf("%s could not be read: there may be more tenants, and more to say of these", parts(n))
	}
	return nil
}
