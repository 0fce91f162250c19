package tenant

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// Warnings reports legal fields that are almost surely a mistake: in the bundle's
// Flux objects, see [flux.Warnings], and in its Spec. Neither Build, Add nor
// [Bundle.Validate] rejects them.
func (b *Bundle) Warnings() []string {
	if b == nil {
		return nil
	}
	var objects []flux.Object
	for _, obj := range b.Objects() {
		objects = append(objects, obj)
	}
	return append(slices.Clone(b.warnings), flux.Warnings(objects...)...)
}

// warnings reports quotas that refuse every pod without requests or limits: the API
// server demands them from each pod where a quota counts them, unless a LimitRange
// has defaults.
func (s Spec) warnings() []string {
	var found []string
	for _, quota := range []struct {
		name string
		hard corev1.ResourceList
	}{{"hard", s.Quota.Hard}, {"perNamespace", s.Quota.PerNamespace}} {
		for _, name := range slices.Sorted(maps.Keys(quota.hard)) {
			if demanded, ok := demands[name]; ok && !s.Isolation.supplies(demanded) {
				found = append(found, fmt.Sprintf("%s: pods that do not set %s of %s are refused: give containers a default in isolation.limitRange",
					field.NewPath("quota", quota.name).Key(string(name)), demanded.what, demanded.resource))
			}
		}
	}
	return found
}

// A demand is a field that a container has to set.
type demand struct {
	what     string
	resource corev1.ResourceName
}

// demands returns the demands of a quota's resources.
//
// Upstream: podEvaluator.Constraints of k8s.io/kubernetes/pkg/quota.
var demands = map[corev1.ResourceName]demand{
	corev1.ResourceCPU:            {"requests", corev1.ResourceCPU},
	corev1.ResourceRequestsCPU:    {"requests", corev1.ResourceCPU},
	corev1.ResourceLimitsCPU:      {"limits", corev1.ResourceCPU},
	corev1.ResourceMemory:         {"requests", corev1.ResourceMemory},
	corev1.ResourceRequestsMemory: {"requests", corev1.ResourceMemory},
	corev1.ResourceLimitsMemory:   {"limits", corev1.ResourceMemory},
}

// supplies reports whether containers get the demanded fields by default.
//
// Upstream: SetDefaults_LimitRangeItem of k8s.io/kubernetes/pkg/apis/core/v1.
func (i Isolation) supplies(d demand) bool {
	return slices.ContainsFunc(i.LimitRange, func(item corev1.LimitRangeItem) bool {
		if item.Type != corev1.LimitTypeContainer {
			return false
		}
		lists := []corev1.ResourceList{item.Default, item.Max}
		if d.what == "requests" {
			lists = append(lists, item.DefaultRequest, item.Min)
		}
		return slices.ContainsFunc(lists, func(list corev1.ResourceList) bool { _, ok := list[d.resource]; return ok })
	})
}
