package fleet

import (
	"crypto/sha256"
	"encoding/binary"
)

// shardOf returns the shard of a tenant, by rendezvous hashing: every shard has a
// weight for the tenant, and the heaviest gets it. Adding or removing a shard moves
// only the tenants that it gains or loses.
//
// The weights must never change: every tenant would move.
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
