package lockdown

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// Check returns the settings of the Spec's lockdown that a Flux installation lacks:
// none if it is complete. The objects are those of the installation, typed or
// unstructured: Deployments, the platform's own Kustomization, network policies and
// Services. Objects of other kinds are ignored. A shard's copy of a controller needs
// all settings of the original.
//
// An invalid Spec, an object that does not fit its kind, and objects without a
// single controller among them are errors. No Finding contains the artifact host.
func Check(spec Spec, objects ...runtime.Object) ([]Finding, error) {
	p, err := spec.planned()
	if err != nil {
		return nil, err
	}
	set, err := sorted(objects)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	found := false
	for _, deployment := range set.deployments {
		if controller, ok := fluxcmd.Read(deployment); ok {
			found = true
			findings = append(findings, p.checkController(deployment, controller)...)
		}
	}
	if !found {
		return nil, errors.New("lockdown: no Deployment of a Flux controller among the objects")
	}
	for _, ks := range set.kustomizations {
		findings = append(findings, p.checkSync(ks)...)
	}
	findings = append(findings, p.checkServices(set)...)
	findings = append(findings, p.checkHidden(set)...)
	return append(findings, p.checkNetwork(set)...), nil
}

func (p plan) checkController(deployment *appsv1.Deployment, controller fluxcmd.Controller) []Finding {
	shard := p.shardOf(deployment, controller.Name)
	var findings []Finding
	if deployment.Spec.Template.Spec.HostNetwork {
		findings = append(findings, Finding{
			Kind: "Deployment", Namespace: deployment.Namespace, Name: deployment.Name,
			Setting: "spec.template.spec.hostNetwork", Want: "false", Got: "true", Lets: letsNode,
		})
	}
	for _, s := range p.settingsOf(controller.Name, shard) {
		got, ok := s.got(controller, p, shard)
		if ok {
			continue
		}
		findings = append(findings, Finding{
			Kind: "Deployment", Namespace: deployment.Namespace, Name: deployment.Name,
			Setting: s.title(), Want: redact(s.want(p, shard)), Got: redact(got), Lets: s.lets,
		})
	}
	return findings
}

// shardOf is the shard of a copy of a controller, or empty.
func (p plan) shardOf(deployment *appsv1.Deployment, controller string) string {
	shard := strings.TrimPrefix(deployment.Name, controller+"-")
	if slices.Contains(p.Shards, shard) {
		return shard
	}
	return ""
}

func (p plan) checkSync(ks *kustomizev1.Kustomization) []Finding {
	if ks.Namespace != p.Namespace || ks.Name != p.Namespace || ks.Spec.ServiceAccountName == fluxcmd.Kustomize {
		return nil
	}
	return []Finding{{
		Kind: kustomizev1.KustomizationKind, Namespace: ks.Namespace, Name: ks.Name,
		Setting: "spec.serviceAccountName", Want: fluxcmd.Kustomize, Got: ks.Spec.ServiceAccountName,
		Lets: "Nothing, but the platform stands still: with the lockdown its own Kustomization acts as the account of tenants.",
	}}
}

// checkServices looks for the Services with the names of artifact hosts.
func (p plan) checkServices(set objectSet) []Finding {
	var findings []Finding
	for _, want := range p.artifactServices() {
		at := slices.IndexFunc(set.services, func(s *corev1.Service) bool {
			return s.Namespace == want.Namespace && s.Name == want.Name
		})
		finding := Finding{
			Kind: "Service", Namespace: want.Namespace, Name: redact(want.Name),
			Setting: "spec.externalName", Want: want.Spec.ExternalName,
			Lets: "Nothing, but kustomize-controller finds no artifacts.",
		}
		if at >= 0 {
			finding.Got = set.services[at].Spec.ExternalName
		}
		if finding.Got != finding.Want {
			findings = append(findings, finding)
		}
	}
	return findings
}

// checkHidden looks for the admission policies that hide the artifact host.
func (p plan) checkHidden(set objectSet) []Finding {
	var findings []Finding
	for _, want := range p.hidden() {
		name, got := want.(metav1.Object).GetName(), ""
		at := slices.IndexFunc(set.mutations, func(obj runtime.Object) bool {
			return reflect.TypeOf(obj) == reflect.TypeOf(want) && obj.(metav1.Object).GetName() == name
		})
		if at >= 0 {
			got = "different"
			if sameSpec(set.mutations[at], want) {
				continue
			}
		}
		findings = append(findings, Finding{
			Kind: want.GetObjectKind().GroupVersionKind().Kind, Name: name, Setting: "spec", Want: "as Build makes it", Got: got,
			Lets: "A tenant reads the artifact host in a status or an event after an outage of source-controller.",
		})
	}
	return findings
}

func sameSpec(got, want runtime.Object) bool {
	switch want := want.(type) {
	case *admissionv1.MutatingAdmissionPolicy:
		return equality.Semantic.DeepEqual(got.(*admissionv1.MutatingAdmissionPolicy).Spec.Mutations, want.Spec.Mutations)
	case *admissionv1.MutatingAdmissionPolicyBinding:
		return got.(*admissionv1.MutatingAdmissionPolicyBinding).Spec.PolicyName == want.Spec.PolicyName
	}
	return false
}
