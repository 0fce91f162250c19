package model

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A Standing says who a namespace belongs to.
type Standing int

// The standings of a namespace.
const (
	UnknownStanding Standing = iota
	TenantStanding
	PlatformStanding
)

// Standing returns whose a namespace is.
func (t *Tenancy) Standing(name string) Standing {
	ns := t.Namespaces[name]
	switch {
	case names.IsPlatform(name) || ns != nil && ns.Platform:
		return PlatformStanding
	case ns != nil && ns.Tenant != nil:
		return TenantStanding
	}
	return UnknownStanding
}

// TenantOf returns the name of the tenant that an object belongs to; empty if it
// belongs to none.
func (t *Tenancy) TenantOf(o *Object) string {
	if o.Ref.Namespace != "" || o.GroupKind == NamespaceKind {
		name := o.Ref.Namespace
		if o.GroupKind == NamespaceKind {
			name = o.Ref.Name
		}
		if tenant := t.Holder(name); tenant != nil {
			return tenant.Name
		}
		return ""
	}
	if IsCapsule(o.GroupKind) && o.GroupKind.Kind == "Tenant" {
		return o.Ref.Name
	}
	for _, label := range []string{names.OwnerLabel, names.TenantLabel} {
		if name := o.Meta.GetLabels()[label]; name != "" && !t.isPlatforms(name) {
			return name
		}
	}
	return ""
}

// Holder returns the tenant whose home or member a namespace is; nil if it is no
// tenant's.
func (t *Tenancy) Holder(namespace string) *Tenant {
	if ns := t.Namespaces[namespace]; ns != nil {
		return ns.Tenant
	}
	return nil
}

// SameTenant reports whether two namespaces are the same tenant's.
func (t *Tenancy) SameTenant(a, b string) bool {
	return t.Holder(a) != nil && t.Holder(a) == t.Holder(b)
}

// TenantNamespaces returns the names of the tenants' namespaces, sorted.
func (t *Tenancy) TenantNamespaces() []string {
	var names []string
	for name, ns := range t.Namespaces {
		if ns.Tenant != nil && !ns.Stands {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// labelsOf returns the labels of a namespace, to which the API server adds its
// name.
func (t *Tenancy) labelsOf(namespace string) labels.Set {
	set := labels.Set{corev1.LabelMetadataName: namespace}
	if ns := t.Namespaces[namespace]; ns != nil {
		maps.Copy(set, ns.Labels)
	}
	return set
}
