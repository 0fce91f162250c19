package model

import (
	"bytes"
	"maps"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// An Item is an object that a replication of Capsule writes as it stands, and the
// field that holds it.
type Item struct {
	Field  string
	Object *Object
}

// ItemsOf returns the raw items of a replication, as they are written.
func ItemsOf(o *Object, resources []capsulev1beta2.ResourceSpec) []Item {
	return itemsOf(o, resources, func([]byte) bool { return true })
}

func itemsOf(o *Object, resources []capsulev1beta2.ResourceSpec, wanted func(raw []byte) bool) []Item {
	var items []Item
	for i, resource := range resources {
		for j, raw := range resource.RawItems {
			u := &unstructured.Unstructured{}
			if !wanted(raw.Raw) || u.UnmarshalJSON(raw.Raw) != nil {
				continue
			}
			if object := NewObject(u, o.File, o.Line); object != nil {
				items = append(items, Item{Index(Index("spec.resources", i)+".rawItems", j), object})
			}
		}
	}
	return items
}

// replicated returns the objects of Flux that replications write, each once: where
// it is written to is alike for the rules. Other kinds have rules of their own.
func replicated(set *Set, t *Tenancy) []*Object {
	ofFlux := func(raw []byte) bool {
		return bytes.Contains(raw, []byte(FluxGroup(""))) || bytes.Contains(raw, []byte(names.FluxOperator))
	}
	var objects []*Object
	add := func(o *Object, resources []capsulev1beta2.ResourceSpec, to func() string) {
		for _, item := range itemsOf(o, resources, ofFlux) {
			if !IsFlux(item.Object.GroupKind) && item.Object.GroupKind != ResourceSetKind {
				continue
			}
			namespace := to()
			if namespace == "" {
				return
			}
			item.Object.Meta.SetNamespace(namespace)
			objects = append(objects, o.within(item.Object.Raw, item.Field))
		}
	}
	for o, global := range All[*capsulev1beta2.GlobalTenantResource](set) {
		add(o, global.Spec.Resources, func() string { return t.replicatedTo(global.Spec.TenantSelector) })
	}
	for o, resource := range All[*capsulev1beta2.TenantResource](set) {
		add(o, resource.Spec.Resources, func() string { return o.Ref.Namespace })
	}
	return objects
}

// replicatedTo returns a namespace of a tenant that the selector matches, which
// stands for all of them; empty if it matches none.
func (t *Tenancy) replicatedTo(selector metav1.LabelSelector) string {
	match, err := metav1.LabelSelectorAsSelector(&selector)
	if err != nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(t.Tenants)) {
		tenant := t.Tenants[name]
		if tenant.Object == nil || !match.Matches(labels.Set(tenant.Object.Meta.GetLabels())) {
			continue
		}
		ns := t.namespace("the namespaces of " + name) // no other namespace has a space in its name
		ns.Tenant, ns.Stands, ns.Labels = tenant, true, labels.Set{names.MemberLabel: name}
		return ns.Name
	}
	return ""
}
