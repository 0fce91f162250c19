// Package upstream compares the verdicts of package quota with the API server's own
// function, which the library cannot import.
package upstream

import (
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/core/validation"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
)

var (
	resources = []string{
		"cpu", "memory", "ephemeral-storage", "requests.cpu", "limits.memory", "requests.storage", "limits.ephemeral-storage",
		"pods", "services", "services.nodeports", "persistentvolumeclaims", "secrets", "hugepages-2Mi", "requests.hugepages-2Mi",
		"limits.hugepages-2Mi", "gold", "storage", "", "a b", "count/deployments.apps", "count/pods", "nvidia.com/gpu",
		"requests.nvidia.com/gpu", "limits.nvidia.com/gpu", "kubernetes.io/batch", "requests.kubernetes.io/batch",
		"gold.storageclass.storage.k8s.io/requests.storage", "gold.storageclass.storage.k8s.io/storage",
		"gpu.deviceclass.resource.k8s.io/devices", "requests.deviceclass.resource.kubernetes.io/gpu",
	}
	quantities = []string{"0", "1", "-1", "500m", "1500m", "10Gi", "10E", "1n"}
	scopes     = []corev1.ResourceQuotaScope{
		"Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity",
		"VolumeAttributesClass", "Good", "",
	}
	operators = []corev1.ScopeSelectorOperator{"In", "NotIn", "Exists", "DoesNotExist", "Like", ""}
)

// FuzzValidate: both reject and accept the same, except an empty quota and one with a
// resource that is never counted, which only we reject.
func FuzzValidate(f *testing.F) {
	for i := range resources {
		f.Add([]byte{1, byte(i), 1})
	}
	f.Fuzz(func(t *testing.T, choices []byte) { compare(t, choices) })
}

// The same with choices that are random, but the same in every run.
func TestValidate(t *testing.T) {
	source := rand.NewChaCha8([32]byte{})
	accepted := 0
	for range 30_000 {
		choices := make([]byte, 32)
		source.Read(choices)
		accepted += compare(t, choices)
	}
	if accepted < 300 {
		t.Errorf("only %d of the quotas were accepted: the choices are too wild to show anything", accepted)
	}
}

// compare reports how many quotas were accepted.
func compare(t *testing.T, choices []byte) int {
	t.Helper()
	spec := random(choices)
	var internal core.ResourceQuotaSpec
	if err := conversion.Convert_v1_ResourceQuotaSpec_To_core_ResourceQuotaSpec(&spec, &internal, nil); err != nil {
		t.Fatal(err)
	}
	theirs := validation.ValidateResourceQuotaSpec(&internal, field.NewPath("spec"))
	ours := quota.Validate(field.NewPath("spec"), spec)
	switch {
	case len(ours) == 0 && len(theirs) > 0:
		t.Errorf("accepted, but the API server refuses %v: %v", spec, theirs)
	case len(ours) > 0 && len(theirs) == 0 && !stricter(ours):
		t.Errorf("refused, but the API server accepts %v: %v", spec, ours)
	case len(ours) == 0:
		return 1
	}
	return 0
}

// stricter reports whether one of the faults is one that the API server does not
// check.
func stricter(errs field.ErrorList) bool {
	for _, err := range errs {
		if err.Field == "spec.hard" || strings.HasPrefix(err.Detail, "counts nothing") {
			return true
		}
		// The API server checks scopes only of resources that it knows by name, and no
		// conflicts between the list and the selector.
		if strings.HasPrefix(err.Detail, "does not apply to ") && strings.Contains(err.Detail, "/") || strings.HasPrefix(err.Detail, "conflicts with ") && strings.HasPrefix(err.Field, "spec.scopeSelector") {
			return true
		}
		if strings.HasPrefix(err.Detail, "must be whole bytes") {
			return true
		}
		// The API server recognizes only the bare name of an extended resource.
		if strings.HasPrefix(err.Field, "spec.hard[requests.") && err.Detail == "must be an integer" {
			return true
		}
	}
	return false
}

// random makes a quota of the choices.
func random(choices []byte) corev1.ResourceQuotaSpec {
	next := func(n int) int {
		if len(choices) == 0 {
			return 0
		}
		choice := int(choices[0]) % n
		choices = choices[1:]
		return choice
	}
	var spec corev1.ResourceQuotaSpec
	for range next(4) {
		if spec.Hard == nil {
			spec.Hard = corev1.ResourceList{}
		}
		name := corev1.ResourceName(resources[next(len(resources))])
		spec.Hard[name] = resource.MustParse(quantities[next(len(quantities))])
	}
	for range next(4) {
		spec.Scopes = append(spec.Scopes, scopes[next(len(scopes))])
	}
	for range next(4) {
		if spec.ScopeSelector == nil {
			spec.ScopeSelector = &corev1.ScopeSelector{}
		}
		match := corev1.ScopedResourceSelectorRequirement{ScopeName: scopes[next(len(scopes))], Operator: operators[next(len(operators))]}
		for range next(2) {
			match.Values = append(match.Values, "low")
		}
		spec.ScopeSelector.MatchExpressions = append(spec.ScopeSelector.MatchExpressions, match)
	}
	return spec
}
