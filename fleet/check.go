package fleet

import (
	"context"
	"errors"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// Check checks one more tenant against those of the fleet, which have to be valid
// and are not built: for a portal or an operator that asks before it takes a
// tenant. What the specs have in common, a name, a home, a host name, an owner, a
// prefix, it finds as [Fleet.Bundles] does. The error lists all that is wrong with
// the spec, and with tenants of the fleet because of it.
//
// To check a change of a tenant that is there, leave the tenant out of Tenants.
func (f Fleet) Check(ctx context.Context, spec tenant.Spec) error {
	spec = f.complete(spec)
	_, err := f.build(spec)
	own, rest := build.Faults(err)
	errs := []error{rest}
	if f.Platform != nil {
		own = append(own, f.Platform.validateIsolation(spec)...)
	}
	pair := f
	pair.Platform = nil // whose clusters may name any tenant
	if f.Tenants != nil {
		for other, err := range f.Tenants {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				errs = append(errs, err)
				continue
			}
			census := newCensus(pair)
			census.add(f.complete(other))
			own = append(own, census.add(spec)...)
			for err := range census.wholeFleet() {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(append([]error{blame(spec, nil, own)}, errs...)...)
}
