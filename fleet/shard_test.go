package fleet_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func TestFleetShards(t *testing.T) {
	const n = 3000
	shards := func(n int, shards ...string) map[string]string {
		of := map[string]string{}
		for bundle, err := range (fleet.Fleet{Tenants: teams(n, nil), Shards: shards}).Bundles(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			shard := bundle.Kustomization.Labels["sharding.fluxcd.io/key"]
			if source := bundle.GitRepository.Labels["sharding.fluxcd.io/key"]; source != shard {
				t.Fatalf("%s: the source is in shard %q, the Kustomization in %q", bundle.Tenant.Name, source, shard)
			}
			of[bundle.Tenant.Name] = shard
		}
		return of
	}
	three := shards(n, "a", "b", "c")
	for shard, count := range counts(three) {
		if count < n/3*9/10 || count > n/3*11/10 {
			t.Errorf("shard %q has %d of %d tenants, want about a third", shard, count, n)
		}
	}
	for name, shard := range shards(n+500, "c", "b", "a") {
		if was, ok := three[name]; ok && was != shard {
			t.Errorf("%s moved from %s to %s when tenants came", name, was, shard)
		}
	}
	moved := 0
	for name, shard := range shards(n, "a", "b", "c", "") {
		if shard == three[name] {
			continue
		}
		moved++
		if shard != "" {
			t.Errorf("%s moved from %s to %s, not to the new shard", name, three[name], shard)
		}
	}
	if moved < n/4*9/10 || moved > n/4*11/10 {
		t.Errorf("%d of %d tenants moved to the fourth shard, want about a quarter", moved, n)
	}
	// The next release must not move a tenant to another shard.
	pinned := map[string]string{"team-0": "c", "team-1": "c", "team-2": "a", "team-3": "a"}
	for name, shard := range pinned {
		if three[name] != shard {
			t.Errorf("%s is in shard %s, and was in %s", name, three[name], shard)
		}
	}
}

func TestFleetKeepsAShardThatASpecNames(t *testing.T) {
	spec := team(0)
	spec.Shard = "mine"
	for bundle, err := range (fleet.Fleet{Tenants: listed([]tenant.Spec{spec}), Shards: []string{"a", "b"}}).Bundles(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got := bundle.Kustomization.Labels["sharding.fluxcd.io/key"]; got != "mine" {
			t.Errorf("shard %q", got)
		}
	}
}

func counts(of map[string]string) map[string]int {
	n := map[string]int{}
	for _, v := range of {
		n[v]++
	}
	return n
}
