package capsule

import (
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Classes are the classes of a kind that a tenant may use: the named ones, those
// the selector matches, and the default. With none of these it is none at all.
type Classes struct {
	// Names are the classes' names.
	Names []string

	// Selector matches classes by their labels. An empty one matches none.
	Selector metav1.LabelSelector

	// Default is given to objects that name no class. It counts as allowed.
	Default string

	// Regexp matches names, wherever in the name it is found.
	//
	// Deprecated: Capsule will remove it. Use Names or Selector.
	Regexp string
}

// StorageClasses are what the tenant's PersistentVolumeClaims may use. They must
// name one or have a default.
type StorageClasses Classes

// ApplyToTenant sets spec.storageClasses.
func (s StorageClasses) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.StorageClasses = Classes(s).list()
	return nil
}

// IngressClasses are what the tenant's Ingresses may use. They must name one or
// have a default.
type IngressClasses Classes

// ApplyToTenant sets spec.ingressOptions.allowedClasses.
func (i IngressClasses) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.IngressOptions.AllowedClasses = Classes(i).list()
	return nil
}

// GatewayClasses are what the tenant's Gateways may use.
type GatewayClasses Classes

// ApplyToTenant sets spec.gatewayOptions.allowedClasses.
func (g GatewayClasses) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.GatewayOptions.AllowedClasses = Classes(g).list()
	return nil
}

// PriorityClasses are what the tenant's pods may use. A pod may also name none.
type PriorityClasses Classes

// ApplyToTenant sets spec.priorityClasses.
func (p PriorityClasses) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.PriorityClasses = Classes(p).list()
	return nil
}

// RuntimeClasses are what the tenant's pods may use. A pod may also name none.
//
// Capsule 0.14 takes an empty selector of these for one that matches every
// class. Where the selector is empty, one that matches nothing is written.
type RuntimeClasses Classes

// ApplyToTenant sets spec.runtimeClasses.
func (r RuntimeClasses) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	list := Classes(r).list()
	if empty(&list.LabelSelector) {
		list.LabelSelector = nothing()
	}
	tenant.Spec.RuntimeClasses = list
	return nil
}

// DeviceClasses are what the tenant's ResourceClaims may ask for. There is no
// default; an empty selector is treated as with [RuntimeClasses].
type DeviceClasses Classes

// ApplyToTenant sets spec.deviceClasses.
func (d DeviceClasses) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	list := Classes(d).list()
	if empty(&list.LabelSelector) {
		list.LabelSelector = nothing()
	}
	tenant.Spec.DeviceClasses = &list.SelectorAllowedListSpec
	if d.Default != "" {
		return field.Forbidden(field.NewPath("spec", "deviceClasses", "default"), "there is no default DeviceClass")
	}
	return nil
}

func (c Classes) list() *api.DefaultAllowedListSpec {
	return &api.DefaultAllowedListSpec{
		SelectorAllowedListSpec: api.SelectorAllowedListSpec{
			//lint:ignore SA1019 deprecated here too
			AllowedListSpec: api.AllowedListSpec{Exact: slices.Clone(c.Names), Regex: c.Regexp},
			LabelSelector:   *c.Selector.DeepCopy(),
		},
		Default: c.Default,
	}
}

// nothing is a selector that no labels can satisfy.
func nothing() metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: nameLabel, Operator: metav1.LabelSelectorOpExists},
		{Key: nameLabel, Operator: metav1.LabelSelectorOpDoesNotExist},
	}}
}
