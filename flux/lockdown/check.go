package lockdown

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// A Finding is something that an installation lacks.
type Finding struct {
	// Kind, Namespace and Name are those of the object: the Deployment of a
	// controller, or the Kustomization of the platform.
	Kind, Namespace, Name string

	// Setting is a flag, such as "--no-remote-bases", or a field.
	Setting string

	// Want is what the setting should be, and Got what it is, empty if it is not
	// set.
	Want, Got string
}

// String is the Finding in a sentence.
func (f Finding) String() string {
	got := "is not set"
	if f.Got != "" {
		got = fmt.Sprintf("is %q", f.Got)
	}
	return fmt.Sprintf("%s %s/%s: %s %s, should be %q", f.Kind, f.Namespace, f.Name, f.Setting, got, f.Want)
}

// Check reads the Deployments of Flux's controllers among the objects, whatever
// their namespace, and the platform's own Kustomization, and returns what they
// lack of the lockdown: nothing if it is complete. Sharded controllers are
// expected to have all flags of those that they are copies of. The objects may be
// typed or unstructured, other kinds are passed over.
//
// An invalid Spec, an object that is not what its kind says, and objects without
// a single controller among them are errors.
func Check(spec Spec, objects ...runtime.Object) ([]Finding, error) {
	spec = spec.withDefaults()
	if err := spec.validate(); err != nil {
		return nil, err
	}
	var findings []Finding
	found := false
	for _, obj := range objects {
		obj, err := typed(obj)
		if err != nil {
			return nil, err
		}
		switch obj := obj.(type) {
		case *appsv1.Deployment:
			if controller, ok := fluxcmd.Read(obj); ok {
				found = true
				findings = append(findings, spec.checkController(obj, controller)...)
			}
		case *kustomizev1.Kustomization:
			findings = append(findings, spec.checkSync(obj)...)
		}
	}
	if !found {
		return nil, errors.New("lockdown: no Deployment of a Flux controller among the objects")
	}
	return findings, nil
}

func (s Spec) checkController(deployment *appsv1.Deployment, controller fluxcmd.Controller) []Finding {
	given := controller.Flags
	flags := s.flags()
	if selector, ok := s.selector(s.shardOf(deployment, controller.Name)); ok {
		flags = append(flags, selector)
	}
	var findings []Finding
	for _, flag := range flags {
		if !flag.of(controller.Name) {
			continue
		}
		finding := Finding{
			Kind: "Deployment", Namespace: deployment.Namespace, Name: deployment.Name,
			Setting: "--" + flag.name, Want: flag.value, Got: given[flag.name],
		}
		if !flag.holds(finding.Got) {
			findings = append(findings, finding)
		}
	}
	return findings
}

// holds tells whether a controller that was given the value, or none, has the
// flag.
func (f flag) holds(got string) bool {
	switch {
	case got == "":
		return f.mayBeAbsent
	case f.name == featureGates:
		on, _ := fluxcmd.Flags{featureGates: got}.Gate(identityGate)
		return on
	}
	return sameValue(got, f.value)
}

// sameValue compares as the flag's type would: "1" is true.
func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	boolA, errA := strconv.ParseBool(a)
	boolB, errB := strconv.ParseBool(b)
	return errA == nil && errB == nil && boolA == boolB
}

// shardOf is the shard of a copy of a controller, or empty.
func (s Spec) shardOf(deployment *appsv1.Deployment, controller string) string {
	shard := strings.TrimPrefix(deployment.Name, controller+"-")
	if slices.Contains(s.Shards, shard) {
		return shard
	}
	return ""
}

func (s Spec) checkSync(ks *kustomizev1.Kustomization) []Finding {
	if ks.Namespace != s.Namespace || ks.Name != s.Namespace || ks.Spec.ServiceAccountName == kustomize {
		return nil
	}
	return []Finding{{
		Kind: kustomizev1.KustomizationKind, Namespace: ks.Namespace, Name: ks.Name,
		Setting: "spec.serviceAccountName", Want: kustomize, Got: ks.Spec.ServiceAccountName,
	}}
}

// typed converts the kinds that are checked, and leaves others as they are.
func typed(obj runtime.Object) (runtime.Object, error) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return obj, nil
	}
	var into runtime.Object
	switch u.GroupVersionKind() {
	case appsv1.SchemeGroupVersion.WithKind("Deployment"):
		into = &appsv1.Deployment{}
	case kustomizev1.GroupVersion.WithKind(kustomizev1.KustomizationKind):
		into = &kustomizev1.Kustomization{}
	default:
		return obj, nil
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, into); err != nil {
		return nil, fmt.Errorf("lockdown: %s %s/%s: %w", u.GetKind(), u.GetNamespace(), u.GetName(), err)
	}
	return into, nil
}
