package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// backoff is the polling interval of Remove and Wait: half a second at first, growing
// to ten seconds.
var backoff = wait.Backoff{Duration: 500 * time.Millisecond, Factor: 1.5, Jitter: 0.1, Steps: 20, Cap: 10 * time.Second}

// Remove deletes a tenant and all its objects, and returns when they are gone:
//
//  1. Flux's objects that apply something, the bundle's Kustomization first, so that
//     Flux deletes, as the tenant, what they applied, even if they are suspended;
//  2. Flux's other objects in the home namespace;
//  3. the Tenant, and with it the tenant's namespaces;
//  4. the rest, the home namespace last.
//
// Each step waits for the one before. It takes the tenant's name, since the spec of
// an old tenant may no longer be valid. If the context ends first, the error lists
// the remaining objects; another call continues. A tenant that does not exist is not
// an error. A Tenant with spec.preventDeletion is an error from Capsule.
func Remove(ctx context.Context, c client.Client, tenantName string) error {
	r := remover{c, tenantName}
	for _, step := range []func(context.Context) ([]existing, error){
		r.ownAppliers,
		func(ctx context.Context) ([]existing, error) { return r.inHome(ctx, appliers) },
		func(ctx context.Context) ([]existing, error) { return r.inHome(ctx, feeders) },
		func(ctx context.Context) ([]existing, error) { return ownedBy(ctx, c, tenantName, tenancies) },
		r.members,
		func(ctx context.Context) ([]existing, error) { return ownedBy(ctx, c, tenantName, allKinds) },
	} {
		if err := r.untilGone(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

type remover struct {
	client.Client
	tenant string
}

// untilGone deletes what find finds, and waits until it finds nothing.
func (r remover) untilGone(ctx context.Context, find func(context.Context) ([]existing, error)) error {
	asked := map[id]bool{}
	return poll(ctx, func(ctx context.Context) (bool, error) {
		left, err := find(ctx)
		if err != nil {
			return false, err
		}
		var errs []error
		slices.Reverse(left)
		for _, obj := range left {
			if asked[idOf(obj.Object)] {
				continue
			}
			if err := obj.delete(ctx, r.Client); err != nil {
				errs = append(errs, err)
				continue
			}
			asked[idOf(obj.Object)] = true
		}
		if err := errors.Join(errs...); err != nil {
			return false, err
		}
		if len(left) > 0 {
			return false, pending{fmt.Errorf("still there: %s", listed(left))}
		}
		return true, nil
	})
}

// ownAppliers finds the bundle's own, and makes Flux delete what they applied.
func (r remover) ownAppliers(ctx context.Context) ([]existing, error) {
	own, err := ownedBy(ctx, r.Client, r.tenant, appliers)
	if err != nil {
		return nil, err
	}
	for _, obj := range own {
		if err := r.release(ctx, obj); err != nil {
			return nil, fmt.Errorf("release %s: %w", obj.Object, err)
		}
	}
	return own, nil
}

// release makes a Kustomization or HelmRelease delete what it applied when it is
// deleted, which Flux does not do while it is suspended.
func (r remover) release(ctx context.Context, e existing) error {
	obj := &metav1.PartialObjectMetadata{}
	obj.SetGroupVersionKind(e.Kind)
	obj.Namespace, obj.Name = e.Key.Namespace, e.Key.Name
	patch := `{"spec":{"suspend":false}}`
	if e.Kind.Kind == "Kustomization" {
		patch = `{"spec":{"suspend":false,"deletionPolicy":"Delete"}}`
	}
	return client.IgnoreNotFound(r.Patch(ctx, obj, client.RawPatch("application/merge-patch+json", []byte(patch)), client.FieldOwner(Manager)))
}

// inHome finds all objects in the home namespace, including the tenant's: deleting
// the namespace would delete them in no order.
func (r remover) inHome(ctx context.Context, kinds []schema.GroupVersionKind) ([]existing, error) {
	homes, err := ownedBy(ctx, r.Client, r.tenant, []schema.GroupVersionKind{namespaceKind})
	if err != nil {
		return nil, err
	}
	var found []existing
	var errs []error
	for _, home := range homes {
		for _, kind := range kinds {
			items, err := list(ctx, r.Client, kind, client.InNamespace(home.Key.Name))
			errs = append(errs, err)
			for _, item := range items {
				found = append(found, existing{Object{kind, client.ObjectKeyFromObject(&item)}, item.UID})
			}
		}
	}
	return found, errors.Join(errs...)
}

var namespaceKind = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}

// members finds the tenant's namespaces, which are deleted with the Tenant that owns
// them.
func (r remover) members(ctx context.Context) ([]existing, error) {
	items, err := list(ctx, r.Client, namespaceKind, client.MatchingLabels{names.MemberLabel: r.tenant})
	var found []existing
	for _, item := range items {
		found = append(found, existing{Object{namespaceKind, client.ObjectKeyFromObject(&item)}, item.UID})
	}
	return found, err
}

func listed(objects []existing) string {
	var names []string
	for _, obj := range objects {
		names = append(names, obj.String())
	}
	return strings.Join(names, ", ")
}

// pending is the reason for waiting, for the error if the context ends.
type pending struct{ error }

// poll calls check with a backoff until it reports true, or fails with an error that
// is not temporary.
func poll(ctx context.Context, check func(context.Context) (bool, error)) error {
	delays := backoff
	var last error
	for {
		done, err := check(ctx)
		var waiting pending
		switch {
		case done:
			return nil
		case ctx.Err() != nil:
			return errors.Join(context.Cause(ctx), last)
		case err != nil && !errors.As(err, &waiting) && !passes(err):
			return err
		}
		last = err
		timer := time.NewTimer(delays.Step())
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(context.Cause(ctx), last)
		case <-timer.C:
		}
	}
}

// passes reports whether the error is temporary.
func passes(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsTooManyRequests(err) || apierrors.IsServerTimeout(err) ||
		apierrors.IsTimeout(err) || apierrors.IsInternalError(err) || apierrors.IsServiceUnavailable(err) || meta.IsNoMatchError(err)
}
