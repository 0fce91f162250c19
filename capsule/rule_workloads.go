package capsule

import (
	"maps"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
)

// Registries matches the images of containers and volumes, as the pod writes
// them: nginx stays nginx, it is not made docker.io/library/nginx. Anchor an
// expression with ^, or other registries' paths match it too.
type Registries []rules.OCIRegistry

// ApplyToRule appends to enforce.workloads.registries.
func (r Registries) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	workloads := &enforce(rule).Workloads
	workloads.Registries = append(workloads.Registries, r...)
}

// Registry is one of [Registries]: images, and how they may be pulled. Without
// a policy any will do; with one, a container that states none is refused.
func Registry(images capsuleruntime.ExpressionMatch, policies ...corev1.PullPolicy) rules.OCIRegistry {
	return rules.OCIRegistry{ExpressionMatch: images, Policy: policies}
}

// Targets narrows what a rule about workloads looks at: pod, pod/containers,
// pod/initcontainers, pod/ephemeralcontainers, pod/volumes. The default is all
// that the rule can look at.
type Targets []rules.WorkloadValidationTarget

// ApplyToRule appends to enforce.workloads.targets.
func (t Targets) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	workloads := &enforce(rule).Workloads
	workloads.Targets = append(workloads.Targets, t...)
}

// QoSClasses matches pods by their class: Guaranteed, Burstable, BestEffort.
type QoSClasses []corev1.PodQOSClass

// ApplyToRule appends to enforce.workloads.qosClasses.
func (q QoSClasses) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	workloads := &enforce(rule).Workloads
	workloads.QoSClasses = append(workloads.QoSClasses, q...)
}

// Schedulers matches pods by spec.schedulerName. A pod that names none is not
// looked at.
type Schedulers []capsuleruntime.ExpressionMatch

// ApplyToRule appends to enforce.workloads.schedulers.
func (s Schedulers) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	workloads := &enforce(rule).Workloads
	workloads.Schedulers = append(workloads.Schedulers, s...)
}

// ResourceRequests says what becomes of the resource requests of pods and
// containers: Preserve, Default (with a value), Remove.
type ResourceRequests map[corev1.ResourceName]rules.WorkloadResourceRequestPolicy

// ApplyToRule adds to enforce.workloads.resources.requests.
func (r ResourceRequests) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	resources := workloadResources(rule)
	if resources.Requests == nil {
		resources.Requests = map[corev1.ResourceName]rules.WorkloadResourceRequestPolicy{}
	}
	maps.Copy(resources.Requests, r)
}

// ResourceLimits says what becomes of the resource limits of pods and
// containers: Preserve, Default (with a value), Remove, MatchRequest, Ratio
// (with the most that a limit may be, as a multiple of the request).
type ResourceLimits map[corev1.ResourceName]rules.WorkloadResourceLimitPolicy

// ApplyToRule adds to enforce.workloads.resources.limits.
func (r ResourceLimits) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	resources := workloadResources(rule)
	if resources.Limits == nil {
		resources.Limits = map[corev1.ResourceName]rules.WorkloadResourceLimitPolicy{}
	}
	maps.Copy(resources.Limits, r)
}

func workloadResources(rule *rules.NamespaceRuleBodyTenant) *rules.WorkloadResourceRules {
	workloads := &enforce(rule).Workloads
	if workloads.Resources == nil {
		workloads.Resources = &rules.WorkloadResourceRules{}
	}
	return workloads.Resources
}
