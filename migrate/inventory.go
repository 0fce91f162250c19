package migrate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	jsonpatch "github.com/evanphx/json-patch/v5"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// inventory is a set of existing objects with indexes.
type inventory struct {
	objects     map[schema.GroupKind][]*existing
	byNamespace map[place][]*existing
	byName      map[identity]*existing
	byTenant    map[string][]*existing // by the label that names a tenant
	owners      map[label][]*existing  // TenantOwners
	bindings    map[string][]*existing // ClusterRoleBindings, by the user or group bound
	userGroups  map[string]*existing   // CapsuleConfigurations, by group
	twice       []*existing            // taken as patches
}

// place is a kind in a namespace, or every kind if the kind is empty.
type place struct {
	schema.GroupKind
	namespace string
}

// identity is unique among the objects of a cluster.
type identity struct {
	place
	name string
}

type label struct{ key, value string }

// existing is an object in the version in which it was written.
type existing struct {
	index                 int // in the input
	group, kind, version  string
	namespace, name, file string
	labels, annotations   map[string]string
	json                  []byte
}

func (e *existing) place() place {
	return place{GroupKind: schema.GroupKind{Group: e.group, Kind: e.kind}, namespace: e.namespace}
}

func newInventory(objects []*existing) (*inventory, error) {
	inv := &inventory{
		objects: map[schema.GroupKind][]*existing{}, byNamespace: map[place][]*existing{}, byName: map[identity]*existing{},
		byTenant: map[string][]*existing{}, owners: map[label][]*existing{}, bindings: map[string][]*existing{},
		userGroups: map[string]*existing{},
	}
	for _, obj := range objects {
		obj := *obj // a patch changes it in this inventory only
		id := identity{obj.place(), obj.name}
		if base := inv.byName[id]; base != nil {
			// An overlay's patch has the identity of what it patches.
			merged, err := jsonpatch.MergePatch(base.json, obj.json)
			if err != nil {
				return nil, fmt.Errorf("migrate %s: %w", base, err)
			}
			base.json = merged
			inv.twice = append(inv.twice, &obj)
			continue
		}
		inv.byName[id] = &obj
	}
	for _, obj := range inv.byName {
		inv.objects[obj.place().GroupKind] = append(inv.objects[obj.place().GroupKind], obj)
	}
	for _, kind := range slices.SortedFunc(maps.Keys(inv.objects), func(a, b schema.GroupKind) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Kind, b.Kind))
	}) {
		found := inv.objects[kind]
		slices.SortFunc(found, func(a, b *existing) int {
			return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
		})
		for _, obj := range found {
			inv.index(obj)
		}
	}
	return inv, nil
}

// index adds an object to the indexes. Searching all objects for each tenant would take
// time quadratic in their number.
func (inv *inventory) index(obj *existing) {
	inv.byNamespace[obj.place()] = append(inv.byNamespace[obj.place()], obj)
	all := place{namespace: obj.namespace}
	inv.byNamespace[all] = append(inv.byNamespace[all], obj)
	if tenant := obj.labels[names.TenantLabel]; tenant != "" {
		inv.byTenant[tenant] = append(inv.byTenant[tenant], obj)
	}
	switch obj.kind {
	case "TenantOwner":
		for key, value := range obj.labels {
			inv.owners[label{key, value}] = append(inv.owners[label{key, value}], obj)
		}
	case "ClusterRoleBinding":
		var binding rbacv1.ClusterRoleBinding
		obj.into(&binding)
		for _, subject := range binding.Subjects {
			user := subject.Name
			if subject.Kind == rbacv1.ServiceAccountKind {
				user = names.User(subject.Namespace, subject.Name)
			}
			inv.bindings[user] = append(inv.bindings[user], obj)
		}
	case "CapsuleConfiguration":
		var config struct {
			Spec struct {
				UserGroups []string `json:"userGroups"`
			} `json:"spec"`
		}
		obj.into(&config)
		for _, group := range config.Spec.UserGroups {
			inv.userGroups[group] = obj
		}
	}
}

// of returns the objects of a kind, in any version.
func (inv *inventory) of(group, kind string) []*existing {
	return inv.objects[schema.GroupKind{Group: group, Kind: kind}]
}

// in returns those of a namespace.
func (inv *inventory) in(namespace, group, kind string) []*existing {
	return inv.byNamespace[place{schema.GroupKind{Group: group, Kind: kind}, namespace}]
}

// named returns the one of that name, or nil.
func (inv *inventory) named(namespace, name, group, kind string) *existing {
	return inv.byName[identity{place{schema.GroupKind{Group: group, Kind: kind}, namespace}, name}]
}

// ownersOf returns the TenantOwners that a Tenant selects, or that have its name
// in their label, in the order of their names.
func (inv *inventory) ownersOf(tenant string, selectors []*metav1.LabelSelector) []*existing {
	found := map[*existing]bool{}
	for _, obj := range inv.owners[label{names.OwnerLabel, tenant}] {
		found[obj] = true
	}
	for _, match := range selectors {
		selector, err := metav1.LabelSelectorAsSelector(match)
		if err != nil || selector.Empty() {
			continue
		}
		candidates := inv.of(capsuleGroup, "TenantOwner")
		for key, value := range match.MatchLabels {
			candidates = inv.owners[label{key, value}]
		}
		for _, obj := range candidates {
			if selector.Matches(labels.Set(obj.labels)) {
				found[obj] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b *existing) int { return cmp.Compare(a.name, b.name) })
}

// into decodes the fields that the value has. An object of another version may have
// more fields, or fields of another type: the comparison names both.
func (e *existing) into(value any) {
	_ = json.Unmarshal(e.json, value)
}

func (e *existing) String() string {
	if e.namespace == "" {
		return e.kind + " " + e.name
	}
	return e.kind + " " + e.namespace + "/" + e.name
}
