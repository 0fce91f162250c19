package v1beta1

import (
	"slices"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// DeepCopy returns a copy that shares nothing with g.
func (g *GlobalProxySettings) DeepCopy() *GlobalProxySettings {
	if g == nil {
		return nil
	}
	return &GlobalProxySettings{
		TypeMeta:   g.TypeMeta,
		ObjectMeta: *g.ObjectMeta.DeepCopy(),
		Spec:       GlobalProxySettingsSpec{Rules: each(g.Spec.Rules, GlobalSubjectSpec.DeepCopy)},
		Status:     g.Status.deepCopy(),
	}
}

// DeepCopyObject implements runtime.Object.
func (g *GlobalProxySettings) DeepCopyObject() runtime.Object {
	if g == nil {
		return nil
	}
	return g.DeepCopy()
}

// DeepCopyObject returns a copy that shares nothing with g.
func (g *GlobalProxySettingsList) DeepCopyObject() runtime.Object {
	if g == nil {
		return nil
	}
	return &GlobalProxySettingsList{
		TypeMeta: g.TypeMeta,
		ListMeta: *g.ListMeta.DeepCopy(),
		Items:    each(g.Items, func(g GlobalProxySettings) GlobalProxySettings { return *g.DeepCopy() }),
	}
}

// DeepCopy returns a copy that shares nothing with p.
func (p *ProxySetting) DeepCopy() *ProxySetting {
	if p == nil {
		return nil
	}
	return &ProxySetting{
		TypeMeta:   p.TypeMeta,
		ObjectMeta: *p.ObjectMeta.DeepCopy(),
		Spec:       ProxySettingSpec{Subjects: each(p.Spec.Subjects, OwnerSpec.DeepCopy)},
		Status:     p.Status.deepCopy(),
	}
}

// DeepCopyObject implements runtime.Object.
func (p *ProxySetting) DeepCopyObject() runtime.Object {
	if p == nil {
		return nil
	}
	return p.DeepCopy()
}

// DeepCopyObject returns a copy that shares nothing with p.
func (p *ProxySettingList) DeepCopyObject() runtime.Object {
	if p == nil {
		return nil
	}
	return &ProxySettingList{
		TypeMeta: p.TypeMeta,
		ListMeta: *p.ListMeta.DeepCopy(),
		Items:    each(p.Items, func(p ProxySetting) ProxySetting { return *p.DeepCopy() }),
	}
}

// DeepCopy returns a copy that shares nothing with g.
func (g GlobalSubjectSpec) DeepCopy() GlobalSubjectSpec {
	return GlobalSubjectSpec{
		Subjects:         slices.Clone(g.Subjects),
		ClusterResources: each(g.ClusterResources, ClusterResource.deepCopy),
	}
}

// DeepCopy returns a copy that shares nothing with o.
func (o OwnerSpec) DeepCopy() OwnerSpec {
	o.ClusterResources = each(o.ClusterResources, ClusterResource.deepCopy)
	o.ProxyOperations = each(o.ProxyOperations, func(s rbac.ProxySettings) rbac.ProxySettings { return *s.DeepCopy() })
	return o
}

func (c ClusterResource) deepCopy() ClusterResource {
	return ClusterResource{
		APIGroups:  slices.Clone(c.APIGroups),
		Resources:  slices.Clone(c.Resources),
		Operations: slices.Clone(c.Operations),
		Selector:   c.Selector.DeepCopy(),
	}
}

func (s Status) deepCopy() Status {
	s.Conditions = each(s.Conditions, func(c metav1.Condition) metav1.Condition { return *c.DeepCopy() })
	return s
}

// each copies a slice; nil stays nil.
func each[T any](in []T, deepCopy func(T) T) []T {
	if in == nil {
		return nil
	}
	out := make([]T, len(in))
	for i := range in {
		out[i] = deepCopy(in[i])
	}
	return out
}
