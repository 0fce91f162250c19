package harness

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
)

// Patience is how long anything may take to come true on a busy machine.
const Patience = 5 * time.Minute

// Eventually waits until check returns nil.
func Eventually(ctx context.Context, timeout time.Duration, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		last := check(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", timeout, last)
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// Eventually fails the case unless check returns nil in time.
func (c *Case) Eventually(check func(context.Context) error) {
	c.Helper()
	c.Must(Eventually(c.Context(), Patience, check))
}

// Readiness is the Ready condition of an object as the cluster has it, nil until
// a controller has seen the object's present generation.
func (e *Env) Readiness(ctx context.Context, obj client.Object) (*metav1.Condition, error) {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
	if u.GetKind() == "" {
		gvk, err := apiutil.GVKForObject(obj, controlplane.Scheme)
		if err != nil {
			return nil, err
		}
		u.SetGroupVersionKind(gvk)
	}
	if err := e.Plane.Client.Get(ctx, client.ObjectKeyFromObject(obj), u); err != nil {
		return nil, err
	}
	var status struct {
		Status struct {
			Conditions []metav1.Condition `json:"conditions"`
		} `json:"status"`
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, &status); err != nil {
		return nil, err
	}
	ready := apimeta.FindStatusCondition(status.Status.Conditions, meta.ReadyCondition)
	if ready == nil || ready.ObservedGeneration != 0 && ready.ObservedGeneration != u.GetGeneration() {
		return nil, nil
	}
	return ready, nil
}

// IsReady is nil when the object is Ready.
func (e *Env) IsReady(ctx context.Context, obj client.Object) error {
	ready, err := e.Readiness(ctx, obj)
	switch {
	case err != nil:
		return err
	case ready == nil:
		return fmt.Errorf("%T %s: no controller has seen it", obj, client.ObjectKeyFromObject(obj))
	case ready.Status != metav1.ConditionTrue:
		return fmt.Errorf("%T %s: %s: %s", obj, client.ObjectKeyFromObject(obj), ready.Reason, ready.Message)
	}
	return nil
}

// WaitReady waits until every object is Ready.
func (c *Case) WaitReady(objects ...client.Object) {
	c.Helper()
	for _, obj := range objects {
		c.Eventually(func(ctx context.Context) error { return c.Env.IsReady(ctx, obj) })
	}
}

// WaitNotReady waits until the object is not Ready for a reason that has the words, and
// returns it.
func (c *Case) WaitNotReady(obj client.Object, says string) (message string) {
	c.Helper()
	c.Eventually(func(ctx context.Context) error {
		ready, err := c.Env.Readiness(ctx, obj)
		if err != nil {
			return err
		}
		if ready == nil || ready.Status != metav1.ConditionFalse || !strings.Contains(ready.Message, says) {
			return fmt.Errorf("%T %s does not fail with %q: %+v", obj, client.ObjectKeyFromObject(obj), says, ready)
		}
		message = ready.Message
		return nil
	})
	return message
}

// WaitExists waits until the cluster has every object, and reads them.
func (c *Case) WaitExists(objects ...client.Object) {
	c.Helper()
	for _, obj := range objects {
		c.Eventually(func(ctx context.Context) error {
			return c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		})
	}
}

// WaitGone waits until the cluster has none of the objects.
func (c *Case) WaitGone(objects ...client.Object) {
	c.Helper()
	for _, obj := range objects {
		c.Eventually(func(ctx context.Context) error { return c.Env.IsGone(ctx, obj) })
	}
}

// IsGone is nil when the cluster does not have the object.
func (e *Env) IsGone(ctx context.Context, obj client.Object) error {
	obj = obj.DeepCopyObject().(client.Object)
	err := e.Plane.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
	if err == nil {
		return fmt.Errorf("%T %s is still there", obj, client.ObjectKeyFromObject(obj))
	}
	return client.IgnoreNotFound(err)
}

// Remove deletes objects without waiting for them to be gone.
func (c *Case) Remove(objects ...client.Object) {
	c.Helper()
	for _, obj := range objects {
		err := c.Env.Plane.Client.Delete(c.Context(), obj.DeepCopyObject().(client.Object))
		c.Must(client.IgnoreNotFound(err))
	}
}

// DeleteAfter deletes objects when the case is over, and its context with it, and
// waits until they are gone, for a minute.
func (c *Case) DeleteAfter(objects ...client.Object) {
	c.T.Cleanup(func() {
		ctx := context.Background()
		for _, obj := range objects {
			if err := client.IgnoreNotFound(c.Env.Plane.Client.Delete(ctx, obj.DeepCopyObject().(client.Object))); err != nil {
				c.Error(err)
			}
		}
		for _, obj := range objects {
			if err := Eventually(ctx, time.Minute, func(ctx context.Context) error { return c.Env.IsGone(ctx, obj) }); err != nil {
				c.Error(err)
			}
		}
	})
}
