package controlplane

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Deployments are what the processes of Capsule, Flux and Capsule Proxy stand
// for: each with the command line that it was last started with.
func (cp *ControlPlane) Deployments() []*appsv1.Deployment {
	var all []*appsv1.Deployment
	add := func(namespace string, p *Process) {
		if p != nil {
			all = append(all, p.deployment(namespace))
		}
	}
	add(capsuleNamespace, cp.Capsule)
	if cp.Proxy != nil {
		add(capsuleNamespace, cp.Proxy.Process)
	}
	for _, p := range []*Process{cp.source, cp.kustomize, cp.helm} {
		add(fluxNamespace, p)
	}
	return all
}

func (p *Process) deployment(namespace string) *appsv1.Deployment {
	image := "registry.example.com/" + p.Name
	if p.Version != "" {
		image += ":" + p.Version
	}
	labels := map[string]string{"app": p.Name}
	return &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: p.Name},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					ServiceAccountName: p.Name,
					Containers:         []corev1.Container{{Name: "manager", Image: image, Args: p.commandLine()}},
				},
			},
		},
	}
}
