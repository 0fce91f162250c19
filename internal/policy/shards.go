package policy

import (
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// shardLabel tells which shard of Flux's controllers reconciles an object.
const shardLabel = "sharding.fluxcd.io/key"

// shards keeps a tenant out of other tenants' shards. In its home it may use only the
// shard of the namespace, which the platform sets; in its other namespaces none: the
// controllers without a shard are for untrusted tenants.
func shards(spec Spec) Policy {
	p := newPolicy("fluxcapsule-tenant-shards", onFlux(writing, "*")...)
	p.exempt(spec)
	p.condition("says-something-new", fmt.Sprintf("oldObject == null || %s != %s || object.?spec.?chart != oldObject.?spec.?chart",
		shardOf("object.metadata"), shardOf("oldObject.metadata")))
	p.variable("shard", fmt.Sprintf("'%s' in namespaceObject.metadata.?labels.orValue({}) ? %s : ''", names.TenantLabel, shardOf("namespaceObject.metadata")))
	p.refuse(shardOf("object.metadata")+" == variables.shard",
		"metadata.labels["+shardLabel+"]: must be that of the home namespace, and none elsewhere")
	p.refuse(fmt.Sprintf("!object.?spec.?chart.?spec.hasValue() || %s == variables.shard", shardOf("object.?spec.?chart.?metadata")),
		"spec.chart.metadata.labels["+shardLabel+"]: must be that of the home namespace, and none elsewhere")
	return p.bind(names.TenantLabel, names.MemberLabel)
}

// shardOf is the shard in an object's metadata, empty if it has none.
func shardOf(metadata string) string {
	return fmt.Sprintf("%s.?labels[?'%s'].orValue('')", metadata, shardLabel)
}
