package fluxcmd

import (
	"slices"
	"strconv"
	"strings"
)

// FeatureGates is the flag that turns feature gates on and off.
const FeatureGates = "feature-gates"

// booleans are the flags of Flux's controllers that take no argument: in
// "--enable-leader-election --x", --x is the next flag.
var booleans = []string{
	"enable-leader-election", "export-http-path-metrics", "insecure-allow-http", "insecure-kubeconfig-exec",
	"insecure-kubeconfig-tls", "leader-election-release-on-cancel", "no-cross-namespace-refs", "no-remote-bases",
	"watch-all-namespaces",
}

// Flags are the flags of a command line by their names without dashes.
type Flags map[string]string

// Parse reads a command line as the controllers' flag library (spf13/pflag) does: the
// last value of a repeated flag counts, except for feature gates, which add up.
func Parse(args []string) Flags {
	flags := Flags{}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			break
		}
		name, isFlag := strings.CutPrefix(arg, "--")
		if !isFlag {
			continue
		}
		name, value, hasValue := strings.Cut(name, "=")
		switch {
		case hasValue:
		case slices.Contains(booleans, name):
			value = "true"
		case len(args) > 0 && !strings.HasPrefix(args[0], "--"):
			value, args = args[0], args[1:]
		}
		if name == FeatureGates && flags[name] != "" {
			value = flags[name] + "," + value
		}
		flags[name] = value
	}
	return flags
}

// Enabled reports whether a boolean flag is set to true.
func (f Flags) Enabled(name string) bool {
	on, err := strconv.ParseBool(f[name])
	return err == nil && on
}

// Gate returns the value of a feature gate, and whether the command line sets it.
func (f Flags) Gate(name string) (on, set bool) {
	for pair := range strings.SplitSeq(f[FeatureGates], ",") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || strings.TrimSpace(key) != name {
			continue
		}
		on, _ = strconv.ParseBool(strings.TrimSpace(value))
		set = true
	}
	return on, set
}
