package main

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// TestHelp: every subcommand says what it does and shows complete commands, which are
// accepted.
func TestHelp(t *testing.T) {
	var all func(*cobra.Command) []*cobra.Command
	all = func(cmd *cobra.Command) []*cobra.Command {
		list := cmd.Commands()
		for _, sub := range list {
			list = append(list, all(sub)...)
		}
		return list
	}
	for _, cmd := range all(newRoot()) {
		lines := commandLines(cmd.Example)
		if cmd.Short == "" || cmd.Long == "" || len(lines) == 0 {
			t.Errorf("%s lacks a description or an example", cmd.CommandPath())
		}
		for _, line := range lines {
			if err := parses(cmd.CommandPath(), line); err != nil {
				t.Errorf("%s: its example %q: %v", cmd.CommandPath(), line, err)
			}
		}
	}
}

// commandLines returns the commands of this program in lines of a shell.
func commandLines(text string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		line, _, _ = strings.Cut(line, " #")
		for command := range strings.SplitSeq(line, "|") {
			command, _, _ = strings.Cut(command, " > ")
			if command = strings.TrimSpace(command); strings.HasPrefix(command, "fluxcapsule ") {
				lines = append(lines, command)
			}
		}
	}
	return lines
}

// parses checks a command line without running it.
func parses(path, line string) error {
	cmd, args, err := newRoot().Find(strings.Fields(line)[1:])
	if err != nil {
		return err
	}
	if cmd.CommandPath() != path {
		return fmt.Errorf("is for %s", cmd.CommandPath())
	}
	return cmp.Or(cmd.ParseFlags(args), cmd.ValidateArgs(cmd.Flags().Args()), cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups())
}

// TestParses: the check of the examples notices a command that is not complete.
func TestParses(t *testing.T) {
	for _, line := range []string{"fluxcapsule build", "fluxcapsule build -f", "fluxcapsule diff one", "fluxcapsule audit --nope", "fluxcapsule destroy"} {
		if err := parses("fluxcapsule "+strings.Fields(line)[1], line); err == nil {
			t.Errorf("%s is accepted", line)
		}
	}
}

// TestUsage: a fault of a command line is printed once, on standard error, with exit
// code 2.
func TestUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown command":   {[]string{"destroy"}, `error: unknown command "destroy" for "fluxcapsule"`},
		"unknown flag":      {[]string{"build", "--nope"}, "error: unknown flag: --nope"},
		"a flag is missing": {[]string{"build"}, `error: required flag(s) "filename" not set`},
		"an argument":       {[]string{"build", "-f", "-", "x"}, `error: unknown command "x" for "fluxcapsule build"`},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), test.args, nil, &stdout, &stderr)
			if got := strings.TrimSpace(stderr.String()); code != exit.Failed || got != test.want || stdout.Len() > 0 {
				t.Errorf("exit code %d, standard error %q, want %q; standard output %q", code, got, test.want, stdout.String())
			}
		})
	}
}

func TestVersionAndCompletion(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--version", "Flux 2.9 (supported: 2.7, 2.8, 2.9, 2.10; run end to end: "},
		{"completion bash", "__start_fluxcapsule"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), strings.Fields(test.args), nil, &stdout, &stderr)
		if code != exit.OK || !strings.Contains(stdout.String(), test.want) {
			t.Errorf("%s: exit code %d, no %q in\n%s%s", test.args, code, test.want, stdout.String(), stderr.String())
		}
	}
}
