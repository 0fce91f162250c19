package controlplane

import (
	"os"
	"path/filepath"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Deployments are what the processes of Capsule, Flux and Capsule Proxy stand
// for: each with the command line and environment that it was last started with.
func (cp *ControlPlane) Deployments() []*appsv1.Deployment {
	all := []*appsv1.Deployment{cp.Capsule.deployment(capsuleNamespace)}
	if cp.Proxy != nil {
		all = append(all, cp.Proxy.deployment(capsuleNamespace))
	}
	for _, c := range cp.flux {
		if c.deployment != nil {
			all = append(all, c.deployment.DeepCopy())
		}
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

// container is how a kubelet would start the first container of a Deployment: its
// environment, and its arguments, each with $(VARIABLE) replaced.
func container(d *appsv1.Deployment, podIP string) (env, args []string) {
	c := d.Spec.Template.Spec.Containers[0]
	values := []string{"$(KUBERNETES_SERVICE_HOST)", apiServerIP, "$(KUBERNETES_SERVICE_PORT)", "443"}
	for _, e := range c.Env {
		value := strings.NewReplacer(values...).Replace(e.Value)
		if from := e.ValueFrom; from != nil && from.FieldRef != nil {
			value = map[string]string{
				"metadata.namespace": d.Namespace,
				"status.podIP":       podIP,
			}[from.FieldRef.FieldPath]
		} else if from != nil && from.ResourceFieldRef != nil {
			continue // GOMEMLIMIT: there is no limit here
		}
		values = append(values, "$("+e.Name+")", value)
		env = append(env, e.Name+"="+value)
	}
	for _, arg := range c.Args {
		args = append(args, strings.NewReplacer(values...).Replace(arg))
	}
	return env, args
}

// FluxManifests are Flux's controllers as flux bootstrap commits them to
// gotk-components.yaml, as far as they run here, with Flux's network policies.
func (s Set) FluxManifests() ([]byte, error) {
	files := filesys.MakeFsInMemory()
	kustomization := "namespace: " + fluxNamespace + "\nresources: [allow-egress.yaml, allow-scraping.yaml, allow-webhooks.yaml"
	patches, images := "patches:\n", "images:\n"
	write := func(name string, c component, path string) error {
		dir, err := c.dir()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		return files.WriteFile(name, text)
	}
	for _, name := range []string{"allow-egress", "allow-scraping", "allow-webhooks"} {
		if err := write(name+".yaml", s.manifests, "manifests/policies/"+name+".yaml"); err != nil {
			return nil, err
		}
	}
	for _, c := range s.fluxControllers() {
		if err := write(c.Name+".yaml", c, "config/manager/deployment.yaml"); err != nil {
			return nil, err
		}
		if err := write(c.Name+".patch.yaml", s.manifests, "manifests/bases/"+c.Name+"/patch.yaml"); err != nil {
			return nil, err
		}
		kustomization += ", " + c.Name + ".yaml"
		patches += "- {path: " + c.Name + ".patch.yaml, target: {kind: Deployment, name: " + c.Name + "}}\n"
		images += "- {name: fluxcd/" + c.Name + ", newName: ghcr.io/fluxcd/" + c.Name + ", newTag: " + c.Version + "}\n"
		if c.Name != watcher {
			continue
		}
		// flux install adds these with the component.
		if err := write("generators.yaml", c, "config/crd/bases/source.extensions.fluxcd.io_artifactgenerators.yaml"); err != nil {
			return nil, err
		}
		kustomization += ", generators.yaml"
		patches += `- target: {kind: Deployment, name: (kustomize|helm)-controller}
  patch: '[{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "--feature-gates=ExternalArtifact=true"}]'
`
	}
	if err := files.WriteFile("kustomization.yaml", []byte(kustomization+"]\n"+patches+images)); err != nil {
		return nil, err
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, ".")
	if err != nil {
		return nil, err
	}
	return built.AsYaml()
}
