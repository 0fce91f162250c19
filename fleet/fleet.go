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

// A Fleet is all tenants of a platform. It builds them on all cores, and checks
// what none of them can see alone: that names, home namespaces, host names and
// machine owners are not shared, that no tenant's reconciler owns another tenant,
// and that no forced prefix covers another tenant's namespaces. The names of what a
// tenant is made of need no check: those of two tenants cannot be the same.
//
// Tenants come and go one by one: of each only its names and position are kept.
type Fleet struct {
	// Platform is the privileged side of the tree that WriteTree writes; without
	// it that is the tenants alone. Its Capsule.ForceTenantPrefix holds for every
	// tenant that leaves its own out.
	Platform *Platform

	// Tenants yields the specs, and errors in place of those that could not be
	// had; see [ReadSpecs]. It runs in the goroutine of whoever iterates over the
	// fleet, so that a panic in it is theirs to recover from.
	Tenants iter.Seq2[tenant.Spec, error]

	// Customize may change a tenant's bundle, or add to it; see [tenant.Bundle.Add].
	// What it leaves is validated, and its error is one of the tenant. It is called
	// for several tenants at a time. A panic in it reaches whoever iterates over the
	// fleet.
	Customize func(*tenant.Bundle) error

	// SharedAccounts are the ServiceAccounts that may own several tenants, under
	// the name system:serviceaccount:<namespace>:<name>: that of the platform's
	// own pipeline, say. Users and groups always may.
	SharedAccounts []string

	// SharedHostnames are those of Isolation.Hostnames that several tenants may
	// have, as the specs write them: a domain of all, say "*.apps.example.com".
	SharedHostnames []string

	// Groups is the number of groups into which a tree divides its tenants, each with
	// a Flux Kustomization of its own. The default is what the tree has, DefaultGroups
	// for a new one. WriteTree rejects another number than the tree has; see
	// [Relayout].
	Groups int

	// Shards are the names of Flux's shards, over which the tenants are spread
	// that name none. A tenant's shard follows from its name and from this set
	// alone: another tenant moves none, and a further shard takes from each of the
	// others the share that it is due. The empty name stands for the controllers
	// that watch what has no shard.
	Shards []string
}

// ErrNoTenants is the error of a fleet without any tenant: more often than not
// the input was lost on the way.
var ErrNoTenants = errors.New("fleet: the fleet has no tenants")

// Bundles builds every tenant, in the order of Tenants whatever the number of
// cores. In place of a faulty tenant's bundle it yields an error that lists its
// faults, and goes on; the errors of the fleet as a whole come last. The errors
// of a tenant are a *[manifest.Error] where its Position is known.
//
// When ctx is done, the last thing it yields is the context's error. Every
// iteration begins by iterating over Tenants.
func (f Fleet) Bundles(ctx context.Context) iter.Seq2[*tenant.Bundle, error] {
	return each(ctx, f, func(_ tenant.Spec, bundle *tenant.Bundle) (*tenant.Bundle, error) { return bundle, nil })
}

// Write writes the objects of every tenant to w, in the order of [Fleet.Bundles]
// and in each tenant in that of [tenant.Bundle.Objects].
//
// The error lists what is wrong with all tenants. Nothing more is written after
// the first fault, but what came before it has been: a stream holds as much as
// fits in no memory. [Fleet.WriteTree] is all or nothing.
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
		if f.Customize != nil { // those of a spec alone bear the names of the tenant
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

// complete fills in what a spec leaves to the fleet, and the home namespace, by
// which the fleet tells tenants apart.
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

// build makes the bundle of a tenant as the caller wants it.
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

// customize calls Customize. A panic in it goes on with the tenant's name, and with
// the stack, which is that of another goroutine than the caller's.
func (f Fleet) customize(bundle *tenant.Bundle, name string) error {
	defer func() {
		if value := recover(); value != nil {
			panic(fmt.Sprintf("fleet: Customize panicked at tenant %q: %v\n%s", name, value, debug.Stack()))
		}
	}()
	return f.Customize(bundle)
}

// blame joins a tenant's own fault with what the fleet has found wrong with it,
// and says where the tenant comes from.
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
