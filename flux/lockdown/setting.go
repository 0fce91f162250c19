package lockdown

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// A kind is the kind of a setting.
type kind int

const (
	flag     kind = iota // --name=value
	gate                 // --feature-gates=name=true
	variable             // an environment variable
	podField             // an environment variable from a field of the pod
)

// A setting is a flag, a feature gate or an environment variable that the
// lockdown gives to controllers.
type setting struct {
	kind kind
	name string
	on   []string

	// since is the first version of Flux whose controllers know the setting, and until
	// the first without it. Zero means no limit.
	since, until version

	// value is the value for a shard's controller, or "" if the plan does not set it.
	value func(p plan, shard string) string

	// perShard says that the value depends on the shard.
	perShard bool

	// fits reports whether another value is accepted.
	fits func(got, want string) bool

	// byDefault says that the value is the controllers' default.
	byDefault bool

	// lets says what a tenant can do without the setting; unset says why the plan may
	// leave it out.
	lets string
}

// settingsOf returns the settings of a controller.
func (p plan) settingsOf(controller, shard string) []setting {
	var settings []setting
	for _, s := range table {
		if slices.Contains(s.on, controller) && p.knows(s) && s.value(p, shard) != "" {
			settings = append(settings, s)
		}
	}
	return settings
}

// knows reports whether controllers of the plan's version know the setting.
func (p plan) knows(s setting) bool {
	return p.version >= s.since && (s.until == 0 || p.version < s.until)
}

// title is the setting as people write it.
func (s setting) title() string {
	switch s.kind {
	case flag:
		return "--" + s.name
	case gate:
		return "--" + fluxcmd.FeatureGates
	}
	return s.name
}

// want is the value as people write it.
func (s setting) want(p plan, shard string) string {
	if s.kind == gate {
		return s.name + "=" + s.value(p, shard)
	}
	return s.value(p, shard)
}

// argument is the setting as an argument of the command line.
func (s setting) argument(p plan, shard string) string {
	return s.title() + "=" + s.want(p, shard)
}

// got returns a controller's value, and whether it is accepted.
func (s setting) got(c fluxcmd.Controller, p plan, shard string) (string, bool) {
	want := s.value(p, shard)
	switch s.kind {
	case gate:
		on, set := c.Flags.Gate(s.name)
		return c.Flags[fluxcmd.FeatureGates], set && on
	case podField:
		got := c.Env.Field(s.name)
		return got, got == want
	case variable:
		got := c.Env[s.name].Value
		return got, s.fit(got, want) || s.fit(got, c.Env.Expand(want))
	}
	got, set := c.Flags[s.name]
	if !set {
		return "", s.byDefault
	}
	return got, s.fit(got, want)
}

func (s setting) fit(got, want string) bool {
	if got == want || s.fits != nil && s.fits(got, want) {
		return true
	}
	boolGot, errGot := strconv.ParseBool(got)
	boolWant, errWant := strconv.ParseBool(want)
	return s.kind == flag && s.fits == nil && errGot == nil && errWant == nil && boolGot == boolWant
}

// always is the value of a setting that is the same for all controllers.
func always(value string) func(plan, string) string {
	return func(plan, string) string { return value }
}

func account(p plan, _ string) string { return p.ServiceAccount }

// identity is the account of settings that exist only with workload identity.
func identity(p plan, _ string) string {
	if !p.identities() {
		return ""
	}
	return p.ServiceAccount
}

// selector leaves objects of shards to their own controllers.
func selector(p plan, shard string) string {
	switch {
	case len(p.Shards) == 0:
		return ""
	case shard == "":
		return "!" + flux.ShardKey
	}
	return flux.ShardKey + "=" + shard
}

// atLeast compares numbers.
func atLeast(got, want string) bool {
	gotNumber, errGot := strconv.Atoi(got)
	wantNumber, errWant := strconv.Atoi(want)
	return errGot == nil && errWant == nil && gotNumber >= wantNumber
}

// onPod reports whether a server listens on the address of its pod alone, or not
// at all.
func onPod(got, _ string) bool {
	host, _, err := net.SplitHostPort(got)
	return got == "0" || err == nil && host == "$(POD_IP)"
}

// sameHosts compares two values of NO_PROXY in any order.
func sameHosts(got, want string) bool {
	return slices.Equal(hostsOf(got), hostsOf(want))
}

func hostsOf(list string) []string {
	hosts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(hosts)
	return slices.Compact(hosts)
}
