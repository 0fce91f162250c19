package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// TestHelp: every subcommand says what it does and shows a complete command.
func TestHelp(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		if cmd.Short == "" || cmd.Long == "" || !strings.Contains(cmd.Example, cmd.CommandPath()) {
			t.Errorf("%s lacks a description or an example", cmd.CommandPath())
		}
	}
}

// TestUsage: what is wrong with a command line is said once, on standard error,
// with exit code 2.
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
