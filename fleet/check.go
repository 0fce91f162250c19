package fleet

import (
	"context"
	"errors"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// Check checks one more tenant against the fleet's, which must be valid and are not
// built, for a portal or an operator that checks before it accepts a tenant. It finds
// shared names, homes, host names, owners and prefixes as [Fleet.Bundles] does. The
// error lists every fault of the spec, and of tenants of the fleet because of it.
//
// To check a change of an existing tenant, leave the tenant out of Tenants.
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
