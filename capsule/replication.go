package capsule

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/runtime"
)

// DefaultResyncPeriod is the default of spec.resyncPeriod, how often replicated
// objects are corrected. It is the CRD's default.
const DefaultResyncPeriod = time.Minute

// RawItems makes the rawItems of a resource in a [GlobalTenantResource] or
// [TenantResource], which are applied unchanged, with apiVersion, kind and name.
// Strings in them may hold {{tenant.name}} and {{namespace}}. Cluster-scoped kinds of
// Kubernetes and Capsule are refused.
//
// The builder of the replication encodes the objects, without their status.
func RawItems(objects ...runtime.Object) []capsulev1beta2.RawExtension {
	items := make([]capsulev1beta2.RawExtension, len(objects))
	for i, object := range objects {
		items[i].Object = object
	}
	return items
}

// completeReplication sets the defaults of both kinds and encodes their objects. It
// changes nothing that spec points to. The period is never omitted: left empty it is
// sent as 0s, in place of the CRD's default.
func completeReplication(spec *capsulev1beta2.TenantResourceCommonSpec) {
	spec.ResyncPeriod.Duration = cmp.Or(spec.ResyncPeriod.Duration, DefaultResyncPeriod)
	spec.Resources = slices.Clone(spec.Resources)
	for i := range spec.Resources {
		items := slices.Clone(spec.Resources[i].RawItems)
		for j := range items {
			if raw, err := encoded(items[j]); err == nil {
				items[j] = capsulev1beta2.RawExtension{RawExtension: runtime.RawExtension{Raw: raw}}
			}
		}
		spec.Resources[i].RawItems = items
	}
}

// encoded is the item as a manifest has it. An object loses its status, and the
// creationTimestamp that Go's types encode as null.
func encoded(item capsulev1beta2.RawExtension) ([]byte, error) {
	if item.Raw != nil {
		return item.Raw, nil
	}
	if item.Object == nil {
		return nil, errors.New("must not be nil")
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(item.Object)
	if err != nil {
		return nil, err
	}
	delete(content, "status")
	if metadata, ok := content["metadata"].(map[string]any); ok && metadata["creationTimestamp"] == nil {
		delete(metadata, "creationTimestamp")
	}
	return json.Marshal(content)
}
