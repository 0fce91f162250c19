package lockdown

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// Check returns what an installation of Flux lacks of the lockdown that the Spec
// asks for: nothing if it is complete. The objects are those of the installation,
// typed or unstructured: Deployments, the platform's own Kustomization, network
// policies and Services. Objects of other kinds are ignored. Copies of controllers
// for shards are expected to have all settings of those that they are copies of.
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
	return append(findings, p.checkNetwork(set)...), nil
}

func (p plan) checkController(deployment *appsv1.Deployment, controller fluxcmd.Controller) []Finding {
	shard := p.shardOf(deployment, controller.Name)
	var findings []Finding
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

// An objectSet is the objects of an installation by their kinds.
type objectSet struct {
	deployments    []*appsv1.Deployment
	kustomizations []*kustomizev1.Kustomization
	services       []*corev1.Service
	policies       []*networkingv1.NetworkPolicy
}

func sorted(objects []runtime.Object) (objectSet, error) {
	var set objectSet
	for _, obj := range objects {
		obj, err := typed(obj)
		if err != nil {
			return objectSet{}, err
		}
		switch obj := obj.(type) {
		case *appsv1.Deployment:
			set.deployments = append(set.deployments, obj)
		case *kustomizev1.Kustomization:
			set.kustomizations = append(set.kustomizations, obj)
		case *corev1.Service:
			set.services = append(set.services, obj)
		case *networkingv1.NetworkPolicy:
			set.policies = append(set.policies, obj)
		}
	}
	return set, nil
}

var checked = map[schema.GroupVersionKind]func() runtime.Object{
	appsv1.SchemeGroupVersion.WithKind("Deployment"):                 func() runtime.Object { return &appsv1.Deployment{} },
	corev1.SchemeGroupVersion.WithKind("Service"):                    func() runtime.Object { return &corev1.Service{} },
	networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"):        func() runtime.Object { return &networkingv1.NetworkPolicy{} },
	kustomizev1.GroupVersion.WithKind(kustomizev1.KustomizationKind): func() runtime.Object { return &kustomizev1.Kustomization{} },
}

// typed converts the kinds that are checked, and leaves others as they are.
func typed(obj runtime.Object) (runtime.Object, error) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return obj, nil
	}
	empty, ok := checked[u.GroupVersionKind()]
	if !ok {
		return obj, nil
	}
	into := empty()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, into); err != nil {
		return nil, fmt.Errorf("lockdown: %s %s/%s: %w", u.GetKind(), u.GetNamespace(), u.GetName(), err)
	}
	return into, nil
}
