package fleet

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Fleet is all tenants of a platform. It builds them on all cores, and checks them
// against each other: names, home namespaces, host names and machine owners must not
// be shared, no tenant's reconciler may own another tenant, and no forced prefix may
// cover another tenant's namespaces. The names of two tenants' objects cannot be the
// same.
//
// Tenants are processed one by one: only the names and position of each are kept.
type Fleet struct {
	// Platform is the privileged part of the tree that WriteTree writes; without it the
	// tree has only the tenants. Its Capsule.ForceTenantPrefix is the default of every
	// tenant's.
	Platform *Platform

	// Tenants yields the specs, and errors in place of those that could not be read; see
	// [ReadSpecs]. It runs in the goroutine that iterates over the fleet, which can
	// recover from a panic in it.
	Tenants iter.Seq2[tenant.Spec, error]

	// Customize may change a tenant's bundle, or add to it; see [tenant.Bundle.Add]. The
	// bundle is validated afterwards; an error of Customize is an error of the tenant.
	// It is called for several tenants at a time. A panic in it reaches the goroutine
	// that iterates over the fleet.
	Customize func(*tenant.Bundle) error

	// SharedAccounts are the ServiceAccounts that may own several tenants, as
	// system:serviceaccount:<namespace>:<name>: for example, the platform's pipeline.
	// Users and groups always may.
	SharedAccounts []string

	// SharedHostnames are the values of Isolation.Hostnames that several tenants may
	// have, as the specs write them: for example, "*.apps.example.com".
	SharedHostnames []string

	// Groups is the number of groups into which a tree divides its tenants, each with
	// its own Flux Kustomization. The default is the tree's number, or DefaultGroups for
	// a new tree. WriteTree rejects a different number; see [Relayout].
	Groups int

	// Shards are the names of Flux's shards. Tenants without a Shard are distributed
	// over them by rendezvous hashing: adding a tenant moves no other, and a new shard
	// takes an equal share from each of the others. The empty name stands for the
	// controllers of objects without a shard.
	Shards []string
}

// ErrNoTenants is the error of a fleet without any tenant, which is usually lost
// input.
var ErrNoTenants = errors.New("fleet: the fleet has no tenants")

// Bundles builds every tenant, in the order of Tenants. In place of a faulty tenant's
// bundle it yields an error that lists its faults, and continues; the errors of the
// fleet as a whole come last. The errors of a tenant are a *[manifest.Error] where
// its Position is known.
//
// When ctx is done, it last yields the context's error. Every iteration begins by
// iterating over Tenants.
func (f Fleet) Bundles(ctx context.Context) iter.Seq2[*tenant.Bundle, error] {
	return each(ctx, f, func(_ tenant.Spec, bundle *tenant.Bundle) (*tenant.Bundle, error) { return bundle, nil })
}

// Write writes the objects of every tenant to w, in the order of [Fleet.Bundles], and
// for each tenant in the order of [tenant.Bundle.Objects].
//
// The error lists the faults of all tenants. Write stops writing at the first fault,
// but does not take back earlier tenants, since a stream need not fit in memory.
// [Fleet.WriteTree] is all or nothing.
func (f Fleet) Write(ctx context.Context, w io.Writer) error {
	var errs []error
	for doc, err := range each(ctx, f, newDocument) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if len(errs) == 0 {
			if _, err := w.Write(doc.Bytes()); err != nil {
				return err
			}
		}
		documents.Put(doc)
	}
	return errors.Join(errs...)
}

// document is the YAML of one tenant, with the encoder that writes into it.
type document struct {
	bytes.Buffer
	encoder *manifest.Encoder
}

var documents = sync.Pool{New: func() any {
	d := &document{}
	d.encoder = manifest.NewEncoder(d)
	return d
}}

func newDocument(_ tenant.Spec, bundle *tenant.Bundle) (*document, error) {
	return documentAfter(nil, bundle)
}

// documentAfter writes a bundle's document after some other text.
func documentAfter(head []byte, bundle *tenant.Bundle) (*document, error) {
	d := documents.Get().(*document)
	d.Reset()
	d.Write(head)
	for _, obj := range bundle.Objects() {
		if err := d.encoder.Encode(obj); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// each builds every tenant of the fleet and finishes its bundle, both on all
// cores, and yields the outcome in the order of the tenants.
func each[T any](ctx context.Context, f Fleet, finish func(tenant.Spec, *tenant.Bundle) (T, error)) iter.Seq2[T, error] {
	type built struct {
		spec    tenant.Spec
		value   T
		objects []string
		err     error
		unread  bool
	}
	one := func(spec tenant.Spec, err error) built {
		if err != nil {
			return built{err: err, unread: true}
		}
		spec = f.complete(spec)
		bundle, err := f.build(spec)
		if err != nil {
			return built{spec: spec, err: err}
		}
		var objects []string
		if f.Customize != nil || len(spec.Objects) > 0 { // all others bear the names of the tenant
			objects = clusterScoped(bundle)
		}
		value, err := finish(spec, bundle)
		return built{spec: spec, value: value, objects: objects, err: err}
	}
	return func(yield func(T, error) bool) {
		var none T
		census := newCensus(f)
		for o := range inOrder(ctx, f.Tenants, one) {
			err := o.err
			if o.unread {
				census.unread++
			} else {
				err = blame(o.spec, err, append(census.add(o.spec), census.addObjects(o.objects)...))
			}
			if err != nil {
				o.value = none
			}
			if !yield(o.value, err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(none, err)
			return
		}
		for err := range census.wholeFleet() {
			if !yield(none, err) {
				return
			}
		}
	}
}

// complete fills in the fleet's defaults of a spec, and the home namespace, which
// identifies a tenant in the fleet.
func (f Fleet) complete(spec tenant.Spec) tenant.Spec {
	spec.Home = cmp.Or(spec.Home, spec.Name)
	if spec.Shard == "" {
		spec.Shard = shardOf(spec.Name, f.Shards)
	}
	if spec.ForceTenantPrefix == nil && f.Platform != nil {
		spec.ForceTenantPrefix = f.Platform.Capsule.ForceTenantPrefix
	}
	return spec
}

// build makes the bundle of a tenant and customizes it.
func (f Fleet) build(spec tenant.Spec) (*tenant.Bundle, error) {
	bundle, err := tenant.Build(spec)
	leaving := spec.Leaving
	if err == nil && leaving {
		spec.Leaving = false // Customize gets every bundle complete
		bundle, err = tenant.Build(spec)
	}
	if err != nil {
		return nil, err
	}
	if f.Customize != nil {
		if err := f.customize(bundle, spec.Name); err != nil {
			return nil, err
		}
		if err := bundle.Validate(); err != nil {
			return nil, err
		}
	}
	if leaving {
		bundle.Leave()
	}
	return bundle, nil
}

// customize calls Customize. A panic in it is passed on with the tenant's name and
// the stack, since it is in another goroutine than the caller's.
func (f Fleet) customize(bundle *tenant.Bundle, name string) error {
	defer func() {
		if value := recover(); value != nil {
			panic(fmt.Sprintf("fleet: Customize panicked at tenant %q: %v\n%s", name, value, debug.Stack()))
		}
	}()
	return f.Customize(bundle)
}

// blame joins a tenant's own faults with its conflicts in the fleet, and adds the
// position of the spec.
func blame(spec tenant.Spec, err error, found field.ErrorList) error {
	if err == nil && len(found) == 0 {
		return nil
	}
	if len(found) > 0 {
		faults, rest := build.Faults(err)
		err = build.Invalid(schema.GroupKind{Kind: "tenant.Spec"}, spec.Name, append(faults, found...))
		if rest != nil {
			err = errors.Join(err, rest)
		}
	}
	if spec.Position == (manifest.Position{}) {
		return err
	}
	return &manifest.Error{Position: spec.Position, Err: err}
}
