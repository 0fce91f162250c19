package fluxcmd

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args string
		want Flags
	}{
		{"--no-remote-bases", Flags{"no-remote-bases": "true"}},
		{"--no-remote-bases=false --no-remote-bases=1", Flags{"no-remote-bases": "1"}},
		{"--no-remote-bases false", Flags{"no-remote-bases": "true"}},
		{"--default-service-account a", Flags{"default-service-account": "a"}},
		{"--default-service-account a --default-service-account=b", Flags{"default-service-account": "b"}},
		{"--default-service-account=a=b", Flags{"default-service-account": "a=b"}},
		{"--enable-leader-election --no-remote-bases", Flags{"enable-leader-election": "true", "no-remote-bases": "true"}},
		{"--feature-gates=A=true --feature-gates B=false,A=false", Flags{"feature-gates": "A=true,B=false,A=false"}},
		{"-- --no-remote-bases", Flags{}},
		{"no-remote-bases -no-remote-bases", Flags{}},
		{"--log-level", Flags{"log-level": ""}},
		{"", Flags{}},
	} {
		if diff := cmp.Diff(test.want, Parse(strings.Fields(test.args))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.args, diff)
		}
	}
}

func TestGate(t *testing.T) {
	for gates, want := range map[string][2]bool{
		"":                            {false, false},
		"A=true":                      {true, true},
		"A=true,B=false":              {true, true},
		"A=true, A = false ,":         {false, true},
		"AA=true,A":                   {false, false},
		"B=true,A=false,A=true,C=off": {true, true},
		"A=1":                         {true, true},
	} {
		on, set := Flags{FeatureGates: gates}.Gate("A")
		if got := [2]bool{on, set}; got != want {
			t.Errorf("gate A of %q = %v, want %v", gates, got, want)
		}
	}
}

// FuzzParse compares the parser with the library that the controllers use: both
// see the same flags in a command line which that library accepts.
func FuzzParse(f *testing.F) {
	f.Add("--no-remote-bases\n--default-service-account\na\n--feature-gates=A=true")
	f.Add("--no-remote-bases=false\n--default-service-account=\n--\n--no-remote-bases")
	f.Fuzz(func(t *testing.T, lines string) {
		args := strings.Split(lines, "\n")
		for _, arg := range args {
			// Nobody writes shorthands, or flag values that begin like a flag.
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
		got := Parse(args)
		if *account != got["default-service-account"] {
			t.Errorf("%q: account = %q, the controllers see %q", args, got["default-service-account"], *account)
		}
		if *remote != got.Enabled("no-remote-bases") {
			t.Errorf("%q: no-remote-bases = %q, the controllers see %v", args, got["no-remote-bases"], *remote)
		}
	})
}
