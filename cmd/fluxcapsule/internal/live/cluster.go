package live

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/pager"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// Read lists every object of a cluster that the audit reads. Kinds that
// the cluster does not have are ignored; a kind that may not be listed
// is an error.
func Read(ctx context.Context, contextName string) ([]audit.Input, error) {
	config, err := Config("", contextName)
	if err != nil {
		return nil, err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	disco, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(disco))

	var inputs []audit.Input
	for _, kind := range audit.Kinds() {
		mapping, err := mapper.RESTMapping(kind)
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list := pager.New(pager.SimplePageFunc(func(opts metav1.ListOptions) (runtime.Object, error) {
			return client.Resource(mapping.Resource).List(ctx, opts)
		}))
		err = list.EachListItem(ctx, metav1.ListOptions{}, func(object runtime.Object) error {
			if u, ok := object.(*unstructured.Unstructured); ok {
				inputs = append(inputs, audit.Input{Object: u})
			}
			return nil
		})
		switch {
		case apierrors.IsNotFound(err):
		case err != nil:
			return nil, fmt.Errorf("list %s: %w", mapping.Resource.GroupResource(), err)
		}
	}
	if len(inputs) == 0 {
		return nil, errors.New("the cluster has no objects that the audit reads")
	}
	return inputs, nil
}
