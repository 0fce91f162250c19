// Audit finds the holes in the tenancy of a Flux and Capsule platform: in a
// repository, in manifests on standard input, or in a cluster.
//
//	go run ./examples/audit .                          # a repository, overlays rendered
//	go run ./examples/audit clusters/prod tenants/prod # one cluster's part of it
//	flux build ... | go run ./examples/audit -
//	go run ./examples/audit -context kind-platform
//	go run ./examples/audit -o sarif . > audit.sarif
//
// It changes nothing. It exits with 1 if there is a finding as bad as -fail-on
// says, and with 2 if it could not read what it was given.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

type command struct {
	output   string
	failOn   severityFlag
	platform listFlag
	loader   loader
	cluster  bool
	context  string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	cmd := command{failOn: severityFlag{audit.Error}}
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cmd.output, "o", "text", "output: text, json, sarif or mermaid")
	flags.Var(&cmd.failOn, "fail-on", "exit with 1 from this severity on: error, warning, info or never")
	flags.Var(&cmd.platform, "platform", "further namespaces of the platform, parted by commas")
	flags.BoolVar(&cmd.loader.allowRemote, "allow-remote", false, "let kustomize fetch remote bases and files")
	flags.BoolVar(&cmd.cluster, "cluster", false, "audit the cluster of the kubeconfig's current context")
	flags.StringVar(&cmd.context, "context", "", "audit the cluster of this context of the kubeconfig")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	cmd.loader.stdin, cmd.loader.warn = stdin, stderr

	worst, err := cmd.audit(ctx, flags.Args(), stdout)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	if cmd.failOn.Severity > 0 && worst >= cmd.failOn.Severity {
		return 1
	}
	return 0
}

func (cmd *command) audit(ctx context.Context, paths []string, stdout io.Writer) (audit.Severity, error) {
	inputs, err := cmd.load(ctx, paths)
	if err != nil {
		return 0, err
	}
	options := []audit.Option{audit.Platform(cmd.platform), audit.At(time.Now())}
	report := audit.Check(inputs, options...)
	switch cmd.output {
	case "text":
		err = audit.WriteText(stdout, report)
	case "json":
		err = audit.WriteJSON(stdout, report)
	case "sarif":
		err = audit.WriteSARIF(stdout, report)
	case "mermaid":
		err = audit.WriteMermaid(stdout, report)
	default:
		err = fmt.Errorf("-o %s: none of text, json, sarif, mermaid", cmd.output)
	}
	return report.Worst(), err
}

func (cmd *command) load(ctx context.Context, paths []string) ([]audit.Input, error) {
	fromCluster := cmd.cluster || cmd.context != ""
	switch {
	case fromCluster && len(paths) > 0:
		return nil, errors.New("either a cluster or files, not both")
	case fromCluster:
		return readCluster(ctx, cmd.context)
	case len(paths) == 0:
		return nil, errors.New("name folders, files, - for standard input, or a cluster with -cluster or -context")
	}
	return cmd.loader.load(ctx, paths)
}

// severityFlag is a severity, or zero for never.
type severityFlag struct{ audit.Severity }

func (f *severityFlag) String() string {
	if f.Severity == 0 {
		return "never"
	}
	return f.Severity.String()
}

func (f *severityFlag) Set(text string) error {
	if text == "never" {
		f.Severity = 0
		return nil
	}
	return f.UnmarshalText([]byte(text))
}

type listFlag []string

func (f *listFlag) String() string { return strings.Join(*f, ",") }

func (f *listFlag) Set(text string) error {
	*f = append(*f, strings.Split(text, ",")...)
	return nil
}
