package attack_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// TestAttack makes every attack in every round and checks who refuses it, in which
// words, and that nothing changes outside of the attackers' namespaces.
func TestAttack(t *testing.T) {
	env := harness.StartWatched(t)
	elsewhere := serveElsewhere(t, env)
	var stages []*stage
	env.Run(t, "setup", func(c *harness.Case) {
		c.Platform()
		stages = setUp(c, elsewhere)
	})
	if t.Failed() {
		return
	}
	seen := &matrix{}
	for _, in := range rounds() {
		t.Run(in.name, func(t *testing.T) {
			if err := env.Protect(t.Context(), in.Protection); err != nil {
				t.Fatal(err)
			}
			makeAll(t, env, in, stages, seen)
		})
	}
	env.Run(t, "documented", func(c *harness.Case) { seen.document(c.T) })
}

// makeAll makes the attacks of one round.
func makeAll(t *testing.T, env *harness.Env, in round, stages []*stage, seen *matrix) {
	var before map[string]string
	env.Run(t, "before", func(c *harness.Case) { before = others(c, stages) })
	t.Run("by", func(t *testing.T) {
		for i, attack := range attacks() {
			for _, s := range stages {
				if !attack.in(in, s.access) {
					continue
				}
				env.Run(t, s.access.Name+"/"+attack.name, func(c *harness.Case) {
					c.Parallel()
					if attack.proxy || s.access.Proxy {
						c.NeedsProxy()
					}
					if attack.watcher {
						c.NeedsWatcher()
					}
					if attack.profile && !env.Plane.Set.Isolates() {
						c.DoNotRun("the tenant's profile refuses it, and Capsule " + env.Plane.Set.Capsule + " knows none: fleet rejects a profile for it")
					}
					a := &attempt{s, fmt.Sprintf("attack-%d", i)}
					a.run(c, attack, in, seen)
				})
			}
		}
	})
	env.Run(t, "nothing else changed", func(c *harness.Case) {
		if diff := cmp.Diff(before, others(c, stages)); diff != "" {
			c.Errorf("the attacks changed what is not the attackers' (-before +after):\n%s", diff)
		}
		if _, err := os.Stat(loot(env)); !errors.Is(err, fs.ErrNotExist) {
			c.Errorf("a command of the attacker's has run in a controller: %v", err)
		}
	})
}

// run makes one attack and compares who refuses it with who should.
func (a *attempt) run(c *harness.Case, attack attack, in round, seen *matrix) {
	set := a.env.Plane.Set
	want := attack.older(set, attack.refusedBy(in, a.access))
	if want.says == "" && attack.rule != "" {
		a.mustFind(c, attack)
	}
	got := a.make(c, attack, want)
	if attack.steals && a.caught.foreign(a) || attack.effect != "" && strings.Contains(unwrapped(got), attack.effect) {
		got = ""
	}
	switch {
	case want.says == "" && got == "":
		c.Outcome, c.Detail = harness.Open, attack.foundBy()
		seen.note(attack, in, a.access, want)
	case want.says == "":
		c.Errorf("refused, though nothing is known to refuse it: %s", got)
	case got == "" && attack.harmless != "" && set.Capsule == "0.13":
		c.Detail = "accepted: " + attack.harmless
	case got == "":
		c.Errorf("not refused, want %s to say %q", want.by, a.expand(want.says))
	default:
		c.Outcome, c.Detail = harness.Refused, "by "+want.by
		if c.Contains(got, a.expand(want.inWordsOf(set, got).says)); !c.Failed() {
			seen.note(attack, in, a.access, want)
		}
	}
}

// unwrapped is a message without the box that SOPS draws around its errors.
func unwrapped(message string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(message, "|", "")), " ")
}
