// Migrate reads the manifests of an existing set-up, that of
// clastix/flux2-capsule-multi-tenancy (2022) included, and prints the tenants in
// it as specs for this library. What changes, and what could not be carried over,
// it says on standard error. It writes nothing but what it is asked to.
//
//	go run ./examples/migrate ./tenants > teams.yaml
//	go run ./examples/migrate --proxy https://capsule-proxy.capsule-system.svc:9001 \
//	    --proxy-ca ca.crt --audience https://kubernetes.default.svc.cluster.local \
//	    --tree ./gitops ./tenants
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("migrate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: migrate [flags] FILE|FOLDER|- ...")
		flags.PrintDefaults()
	}
	proxy := flags.String("proxy", "", "URL of Capsule Proxy, for tenants whose kubeconfig Secret is not among the manifests")
	proxyCA := flags.String("proxy-ca", "", "file with the CA of Capsule Proxy, PEM")
	audience := flags.String("audience", "", "audience of the API server; access is tokenless with it, and by the Secret without")
	tree := flags.String("tree", "", "folder to write a GitOps tree of the modern objects to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return flag.ErrHelp
	}

	access, err := accessOf(*proxy, *proxyCA, *audience)
	if err != nil {
		return err
	}
	objects, err := read(ctx, flags.Args(), stdin)
	if err != nil {
		return err
	}
	found, err := tenant.Import(objects, access)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.New("there is no Capsule Tenant in these manifests")
	}
	for _, imported := range found {
		fmt.Fprintf(stderr, "%s:\n", imported.Spec.Name)
		for _, change := range imported.Changes {
			fmt.Fprintf(stderr, "  %s\n", change)
		}
		spec, err := yaml.Marshal(imported.Spec)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "---\n%s", spec)
	}
	if *tree == "" {
		return nil
	}
	fleet := tenant.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) {
		for _, imported := range found {
			if !yield(imported.Spec, nil) {
				return
			}
		}
	}}
	changes, err := fleet.WriteTree(ctx, *tree)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "%s: %d files written, %d unchanged\n", *tree, len(changes.Written), changes.Unchanged)
	return nil
}

// accessOf is how tenants shall reach the API server whose kubeconfig is not
// among the manifests.
func accessOf(proxy, caFile, audience string) (kubeconfig.Access, error) {
	if proxy == "" {
		return kubeconfig.Access{}, nil
	}
	access := kubeconfig.Access{Proxy: proxy}
	if caFile != "" {
		ca, err := os.ReadFile(caFile)
		if err != nil {
			return access, err
		}
		access.CA = string(ca)
	}
	if audience != "" {
		access.Audiences = []string{audience}
		return access, nil
	}
	access.SecretRef = &meta.SecretKeyReference{}
	return access, nil
}

// read reads every YAML file below the paths, patches and kustomization.yaml
// included: what is no tenant's is passed over later.
func read(ctx context.Context, paths []string, stdin io.Reader) ([]runtime.Object, error) {
	var objects []runtime.Object
	var errs []error
	add := func(found []runtime.Object, err error) {
		if !errors.Is(err, manifest.ErrNoObjects) {
			errs = append(errs, err)
		}
		objects = append(objects, found...)
	}
	for _, path := range paths {
		if path == "-" {
			add(manifest.Read(stdin, nil, manifest.File("standard input")))
			continue
		}
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			switch filepath.Ext(file) {
			case ".yaml", ".yml":
				add(manifest.ReadFile(ctx, file, nil))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return objects, errors.Join(errs...)
}
