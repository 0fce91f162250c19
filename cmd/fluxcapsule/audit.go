package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/live"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

// auditFlags are the flags of the subcommand audit.
type auditFlags struct {
	output      string
	failOn      severity
	platform    platformFlags
	baseline    string
	adopt       string
	allowRemote bool
	include     []string
	exclude     []string
	cluster     bool
	context     string
}

func newAudit() *cobra.Command {
	flags := auditFlags{failOn: severity{audit.Error}}
	cmd := &cobra.Command{
		Use:   "audit PATH|-...",
		Short: "Find the ways out of a tenant in a repository, in manifests or in a cluster",
		Long: `Find the ways out of a tenant in a repository, in manifests or in a cluster.

A folder is read as Flux would apply it: overlays are built, what Flux never applies is
passed over (charts, templates, values, what .sourceignore and .gitignore name), and
nothing is fetched unless --allow-remote says so. Nothing is changed.

Exits with 0 if everything was looked at and nothing was found, with 1 if there is a
finding at or above --fail-on, and with 2 if a part could not be looked at, with or without
findings. Every format names that part, and parts that are missing in the set, such as
Flux's controllers.

To adopt the audit in a repository with findings, write them to a baseline, which then
suppresses them: only new ones count.`,
		Example: `  fluxcapsule audit .
  fluxcapsule audit clusters/prod infrastructure tenants    # one cluster's part of it
  flux build kustomization apps --path ./apps | fluxcapsule audit -
  fluxcapsule audit --context kind-platform
  fluxcapsule audit . -o sarif > audit.sarif
  fluxcapsule audit . -o html > audit.html                  # to open and to send
  fluxcapsule audit . --fail-on never --write-baseline audit-baseline.json
  fluxcapsule audit . --baseline audit-baseline.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := flags.audit(cmd.Context(), args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			switch {
			case err != nil:
				return err
			case len(report.Unread) > 0:
				return fmt.Errorf("%s could not be looked at: there may be more findings than these", parts(len(report.Unread)))
			case flags.failOn.Severity > 0 && report.Worst() >= flags.failOn.Severity:
				return exit.ErrFound
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.output, "output", "o", "text", "`format`: text, json, sarif, html, mermaid or svg")
	f.Var(&flags.failOn, "fail-on", "exit with 1 from this `severity` on: error, warning, info or never")
	flags.platform.register(f)
	f.StringVar(&flags.baseline, "baseline", "", "`file` of known findings, which no longer count")
	f.StringVar(&flags.adopt, "write-baseline", "", "write the findings that count to this `file`, for --baseline")
	f.BoolVar(&flags.allowRemote, "allow-remote", false, "let kustomize fetch remote bases and files")
	f.StringSliceVar(&flags.include, "include", nil, "read only files that match one of these `patterns`, as in .gitignore")
	f.StringSliceVar(&flags.exclude, "exclude", nil, "read no file or folder that matches one of these `patterns`")
	f.BoolVar(&flags.cluster, "cluster", false, "audit the cluster of the kubeconfig's current context")
	f.StringVar(&flags.context, "context", "", "audit the cluster of this `context` of the kubeconfig")
	return cmd
}

func parts(n int) string {
	if n == 1 {
		return "1 part"
	}
	return fmt.Sprintf("%d parts", n)
}

func (flags auditFlags) audit(ctx context.Context, paths []string, stdin io.Reader, stdout, stderr io.Writer) (*audit.Report, error) {
	write, ok := auditFormats[flags.output]
	if !ok {
		return nil, fmt.Errorf("--output %s: must be text, json, sarif, html, mermaid or svg", flags.output)
	}
	line := progress.Start(stderr)
	defer line.Done()
	inputs, err := flags.load(ctx, line, paths, stdin)
	if err != nil {
		return nil, err
	}
	options := append(flags.platform.options(), audit.At(time.Now()))
	if flags.baseline != "" {
		known, err := readBaseline(flags.baseline)
		if err != nil {
			return nil, err
		}
		options = append(options, known)
	}
	line.Step("checking %d objects", len(inputs))
	report := audit.Check(inputs, options...)
	line.Done()
	if flags.adopt != "" {
		if err := writeBaseline(flags.adopt, audit.NewBaseline(report)); err != nil {
			return nil, err
		}
	}
	return report, write(stdout, report)
}

// auditFormats are the values of --output.
var auditFormats = map[string]func(io.Writer, *audit.Report) error{
	"text": audit.WriteText, "json": audit.WriteJSON, "sarif": audit.WriteSARIF,
	"html": audit.WriteHTML, "mermaid": audit.WriteMermaid, "svg": audit.WriteSVG,
}

func readBaseline(file string) (audit.Baseline, error) {
	f, err := os.Open(file)
	if err != nil {
		return audit.Baseline{}, err
	}
	defer f.Close()
	known, err := audit.ReadBaseline(f)
	if err != nil {
		return audit.Baseline{}, fmt.Errorf("%s: not a baseline: %w", file, err)
	}
	return known, nil
}

func writeBaseline(file string, baseline audit.Baseline) error {
	var b bytes.Buffer
	if err := audit.WriteBaseline(&b, baseline); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

func (flags auditFlags) load(ctx context.Context, line *progress.Line, paths []string, stdin io.Reader) ([]audit.Input, error) {
	fromCluster := flags.cluster || flags.context != ""
	switch {
	case fromCluster && len(paths) > 0:
		return nil, errors.New("name either a cluster or files, not both")
	case fromCluster:
		line.Step("listing the objects of the cluster")
		return live.Read(ctx, flags.context)
	case len(paths) == 0:
		return nil, errors.New("name folders, files, - for standard input, or a cluster with --cluster or --context")
	}
	return read(ctx, line, paths, repository.Options{Stdin: stdin, AllowRemote: flags.allowRemote, Include: flags.include, Exclude: flags.exclude})
}

// load loads the paths, and says so on the line.
func load(ctx context.Context, line *progress.Line, paths []string, options repository.Options) (*repository.Result, error) {
	line.Step("reading %s", strings.Join(paths, ", "))
	return repository.Load(ctx, paths, options)
}

// read reads the files of the paths. A part that could not be read is an input with
// an error.
func read(ctx context.Context, line *progress.Line, paths []string, options repository.Options) ([]audit.Input, error) {
	result, err := load(ctx, line, paths, options)
	if err != nil {
		return nil, err
	}
	if len(result.Objects)+len(result.Problems) == 0 {
		return nil, fmt.Errorf("no objects in %s", strings.Join(paths, ", "))
	}
	inputs := make([]audit.Input, 0, len(result.Objects)+len(result.Problems))
	for _, object := range result.Objects {
		inputs = append(inputs, audit.Input{Object: object.Object, File: object.File, Line: object.Line})
	}
	for _, problem := range result.Problems {
		inputs = append(inputs, audit.Input{File: problem.Path, Line: problem.Line, Err: errors.New(problem.Reason)})
	}
	return inputs, nil
}

// severity is a flag: an audit.Severity, or zero for never.
type severity struct{ audit.Severity }

// String implements pflag.Value.
func (s *severity) String() string {
	if s.Severity == 0 {
		return "never"
	}
	return s.Severity.String()
}

// Set implements pflag.Value.
func (s *severity) Set(text string) error {
	if text == "never" {
		s.Severity = 0
		return nil
	}
	return s.UnmarshalText([]byte(text))
}

// Type implements pflag.Value.
func (s *severity) Type() string { return "severity" }
