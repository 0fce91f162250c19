package fleet

import (
	"crypto/sha256"
	"encoding/binary"
)

// shardOf returns the shard of a tenant, by rendezvous hashing: every shard has
// a weight for the tenant, and the heaviest gets it. Thus shards that come or go
// concern only the tenants they win or lose.
//
// The weights are part of what this package promises: were they to change, every
// tenant would move.
func shardOf(tenant string, shards []string) string {
	var best string
	var most uint64
	for i, shard := range shards {
		if w := weight(shard, tenant); i == 0 || w > most {
			best, most = shard, w
		}
	}
	return best
}

func weight(shard, tenant string) uint64 {
	sum := sha256.Sum256([]byte(shard + "/" + tenant)) // neither a label's value nor a tenant's name holds a slash
	return binary.BigEndian.Uint64(sum[:])
}
