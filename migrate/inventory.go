package migrate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// inventory is a set of existing objects, by what is asked of them.
type inventory struct {
	objects map[schema.GroupKind][]*existing
}

// existing is an object in whatever version it was written.
type existing struct {
	kind, version, namespace, name string
	labels, annotations            map[string]string
	json                           []byte
}

func newInventory(objects []runtime.Object) (*inventory, error) {
	inv := &inventory{objects: map[schema.GroupKind][]*existing{}}
	for _, obj := range objects {
		data, err := json.Marshal(obj)
		if err != nil {
			return nil, fmt.Errorf("migrate %T: %w", obj, err)
		}
		var head metav1.PartialObjectMetadata
		if err := json.Unmarshal(data, &head); err != nil {
			return nil, fmt.Errorf("migrate %T: %w", obj, err)
		}
		gvk := head.GroupVersionKind()
		if base := inv.named(head.Namespace, head.Name, gvk.Group, gvk.Kind); base != nil {
			// An overlay's patch has the identity of what it patches.
			if base.json, err = jsonpatch.MergePatch(base.json, data); err != nil {
				return nil, fmt.Errorf("migrate %s: %w", base, err)
			}
			continue
		}
		inv.objects[gvk.GroupKind()] = append(inv.objects[gvk.GroupKind()], &existing{
			kind: gvk.Kind, version: gvk.Version, namespace: head.Namespace, name: head.Name,
			labels: head.Labels, annotations: head.Annotations, json: data,
		})
	}
	for _, found := range inv.objects {
		slices.SortStableFunc(found, func(a, b *existing) int {
			return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
		})
	}
	return inv, nil
}

// of returns the objects of a kind, in whatever version.
func (inv *inventory) of(group, kind string) []*existing {
	return inv.objects[schema.GroupKind{Group: group, Kind: kind}]
}

// in returns those of a namespace.
func (inv *inventory) in(namespace, group, kind string) []*existing {
	var found []*existing
	for _, obj := range inv.of(group, kind) {
		if obj.namespace == namespace {
			found = append(found, obj)
		}
	}
	return found
}

// named returns the one of that name, or nil.
func (inv *inventory) named(namespace, name, group, kind string) *existing {
	for _, obj := range inv.in(namespace, group, kind) {
		if obj.name == name {
			return obj
		}
	}
	return nil
}

// into decodes what the value has fields for. An object of another version may
// have more, and what has changed its type is left out like what is gone.
func (e *existing) into(value any) {
	_ = json.Unmarshal(e.json, value)
}

func (e *existing) String() string {
	if e.namespace == "" {
		return e.kind + " " + e.name
	}
	return e.kind + " " + e.namespace + "/" + e.name
}

// tenantFields are those of a Tenant, of any version, that a Spec can hold.
type tenantFields struct {
	Spec struct {
		Owners           []ownerFields `json:"owners"`
		Permissions      permissions   `json:"permissions"`
		NamespaceOptions struct {
			Quota *int32 `json:"quota"`
		} `json:"namespaceOptions"`
		ForceTenantPrefix      *bool `json:"forceTenantPrefix"`
		Cordoned               bool  `json:"cordoned"`
		AdditionalRoleBindings []struct {
			ClusterRoleName string `json:"clusterRoleName"`
		} `json:"additionalRoleBindings"`
	} `json:"spec"`
}

type ownerFields struct {
	Kind         rbac.OwnerKind `json:"kind"`
	Name         string         `json:"name"`
	ClusterRoles []string       `json:"clusterRoles"`
}

type permissions struct {
	MatchOwners []*metav1.LabelSelector `json:"matchOwners"`
}

func (p permissions) selects(of map[string]string) bool {
	return slices.ContainsFunc(p.MatchOwners, func(match *metav1.LabelSelector) bool {
		selector, err := metav1.LabelSelectorAsSelector(match)
		return err == nil && !selector.Empty() && selector.Matches(labels.Set(of))
	})
}
