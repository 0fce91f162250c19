package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// fieldOwner is the field manager of the objects under test.
const fieldOwner = client.FieldOwner("fluxcapsule")

// patience is how long anything may take to come true on a busy machine.
const patience = 5 * time.Minute

// eventually waits until check returns nil.
func eventually(ctx context.Context, timeout time.Duration, check func(context.Context) error) error {
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

// ServerSideApply applies the objects, in their order, as the client's user. A
// dry run asks the API server what it would say.
func ServerSideApply(ctx context.Context, c client.Client, objects []client.Object, opts ...client.ApplyOption) error {
	var errs []error
	for _, obj := range objects {
		u, err := toUnstructured(obj)
		if err != nil {
			return err
		}
		opts := append([]client.ApplyOption{fieldOwner, client.ForceOwnership}, opts...)
		if err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(u), opts...); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", u.GetKind(), client.ObjectKeyFromObject(u), err))
		}
	}
	return errors.Join(errs...)
}

// toYAML is the objects as the library writes them to a file.
func toYAML(objects ...runtime.Object) (string, error) {
	var b strings.Builder
	err := manifest.Write(&b, objects...)
	return b.String(), err
}

// toUnstructured is the object as it is read from that file, so that
// server-side apply owns what a file says and nothing else.
func toUnstructured(obj client.Object) (*unstructured.Unstructured, error) {
	text, err := toYAML(obj)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	return u, yaml.Unmarshal([]byte(text), u)
}

// readiness is the Ready condition of an object as the cluster has it, nil
// until a controller has seen the object's present generation.
func readiness(ctx context.Context, obj client.Object) (*metav1.Condition, error) {
	gvk, err := apiutil.GVKForObject(obj, controlplane.Scheme)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(gvk)
	if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(obj), u); err != nil {
		return nil, err
	}
	var status struct {
		Status struct {
			Conditions         []metav1.Condition `json:"conditions"`
			ObservedGeneration *int64             `json:"observedGeneration"`
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

// isReady is nil when the object is Ready.
func isReady(ctx context.Context, obj client.Object) error {
	ready, err := readiness(ctx, obj)
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

// waitReady waits until every object is Ready.
func waitReady(t testing.TB, objects ...client.Object) {
	t.Helper()
	for _, obj := range objects {
		if err := eventually(t.Context(), patience, func(ctx context.Context) error { return isReady(ctx, obj) }); err != nil {
			t.Fatal(err)
		}
	}
}

// waitExists waits until the cluster has every object.
func waitExists(t testing.TB, objects ...client.Object) {
	t.Helper()
	for _, obj := range objects {
		err := eventually(t.Context(), patience, func(ctx context.Context) error {
			return cluster.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// waitGone waits until the cluster has none of the objects.
func waitGone(t testing.TB, objects ...client.Object) {
	t.Helper()
	for _, obj := range objects {
		if err := eventually(t.Context(), patience, func(ctx context.Context) error { return isGone(ctx, obj) }); err != nil {
			t.Fatal(err)
		}
	}
}

// isGone is nil when the cluster does not have the object.
func isGone(ctx context.Context, obj client.Object) error {
	err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
	if err == nil {
		return fmt.Errorf("%T %s is still there", obj, client.ObjectKeyFromObject(obj))
	}
	return client.IgnoreNotFound(err)
}

// as is a client of a ServiceAccount that reaches the given server, which is
// the API server or Capsule Proxy.
func as(ctx context.Context, server string, ca []byte, namespace, account string) (client.Client, error) {
	token, err := cluster.Token(ctx, namespace, account)
	if err != nil {
		return nil, err
	}
	return client.New(&rest.Config{
		Host:            server,
		BearerToken:     token,
		TLSClientConfig: rest.TLSClientConfig{CAData: ca},
		QPS:             -1,
		WarningHandler:  rest.NoWarnings{},
	}, client.Options{Scheme: controlplane.Scheme, Mapper: cluster.Client.RESTMapper()})
}

// contains fails the test unless the text holds every part.
func contains(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q\ndoes not contain %q", text, part)
		}
	}
}

// everything is the metadata of all objects in the cluster, but for events and
// leases, which come and go by themselves.
func everything(t testing.TB) []metav1.PartialObjectMetadata {
	t.Helper()
	kinds, err := discovery.NewDiscoveryClientForConfigOrDie(cluster.Admin).ServerPreferredResources()
	if err != nil {
		t.Fatal(err)
	}
	c := metadata.NewForConfigOrDie(cluster.Admin)
	var all []metav1.PartialObjectMetadata
	for _, list := range kinds {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range list.APIResources {
			if !slices.Contains(kind.Verbs, "list") || kind.Kind == "Event" || kind.Kind == "Lease" {
				continue
			}
			objects, err := c.Resource(version.WithResource(kind.Name)).List(t.Context(), metav1.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, obj := range objects.Items {
				obj.SetGroupVersionKind(version.WithKind(kind.Kind))
				all = append(all, obj)
			}
		}
	}
	return all
}
