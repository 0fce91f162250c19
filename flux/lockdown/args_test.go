package lockdown

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		args string
		want map[string]string
	}{
		{"--no-remote-bases", map[string]string{"no-remote-bases": "true"}},
		{"--no-remote-bases=false --no-remote-bases=1", map[string]string{"no-remote-bases": "1"}},
		{"--no-remote-bases false", map[string]string{"no-remote-bases": "true"}},
		{"--default-service-account a", map[string]string{"default-service-account": "a"}},
		{"--default-service-account a --default-service-account=b", map[string]string{"default-service-account": "b"}},
		{"--default-service-account=a=b", map[string]string{"default-service-account": "a=b"}},
		{"--enable-leader-election --no-remote-bases", map[string]string{"enable-leader-election": "true", "no-remote-bases": "true"}},
		{"--feature-gates=A=true --feature-gates B=false,A=false", map[string]string{"feature-gates": "A=true,B=false,A=false"}},
		{"-- --no-remote-bases", map[string]string{}},
		{"no-remote-bases -no-remote-bases", map[string]string{}},
		{"--log-level", map[string]string{"log-level": ""}},
		{"", map[string]string{}},
	} {
		if diff := cmp.Diff(test.want, arguments(strings.Fields(test.args))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.args, diff)
		}
	}
}

func TestGate(t *testing.T) {
	for gates, want := range map[string]string{
		"":                            "",
		"A=true":                      "true",
		"A=true,B=false":              "true",
		"A=true, A = false ,":         "false",
		"AA=true,A":                   "",
		"B=true,A=false,A=true,C=off": "true",
	} {
		if got := gate(gates, "A"); got != want {
			t.Errorf("gate A of %q = %q, want %q", gates, got, want)
		}
	}
}

// FuzzArguments holds the reading of command lines to the library that the
// controllers use: where that accepts one, both see the same flags.
func FuzzArguments(f *testing.F) {
	f.Add("--no-remote-bases\n--default-service-account\na\n--feature-gates=A=true")
	f.Add("--no-remote-bases=false\n--default-service-account=\n--\n--no-remote-bases")
	f.Fuzz(func(t *testing.T, lines string) {
		args := strings.Split(lines, "\n")
		for _, arg := range args {
			// The value of a flag that begins like a flag, and shorthands, are
			// nothing that anybody writes.
			if strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") {
				return
			}
		}
		flags := pflag.NewFlagSet("controller", pflag.ContinueOnError)
		flags.SetOutput(io.Discard)
		remote := flags.Bool("no-remote-bases", false, "")
		account := flags.String("default-service-account", "", "")
		if flags.Parse(args) != nil || strings.HasPrefix(*account, "--") {
			return
		}
		got := arguments(args)
		if *account != got["default-service-account"] {
			t.Errorf("%q: account = %q, the controllers see %q", args, got["default-service-account"], *account)
		}
		if *remote != sameValue(got["no-remote-bases"], "true") {
			t.Errorf("%q: no-remote-bases = %q, the controllers see %v", args, got["no-remote-bases"], *remote)
		}
	})
}
