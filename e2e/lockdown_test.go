package e2e

import (
	"context"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// lockFlux runs Flux with the library's lockdown, or without.
func lockFlux(ctx context.Context, locked bool) error {
	if !locked {
		return cluster.RunFlux(ctx, nil)
	}
	flags, err := lockdownFlags()
	if err != nil {
		return err
	}
	return cluster.RunFlux(ctx, flags)
}

// lockdownFlags are the arguments that the lockdown's patches append to each
// of the controllers.
func lockdownFlags() (map[string][]string, error) {
	locked, err := lockdown.Build(lockdown.Spec{ServiceAccount: tenant.DefaultServiceAccount, WorkloadIdentity: true})
	if err != nil {
		return nil, err
	}
	kustomization, err := yaml.Marshal(locked.Kustomization)
	if err != nil {
		return nil, err
	}
	var components strings.Builder
	for _, name := range []string{"source-controller", "kustomize-controller", "helm-controller"} {
		components.WriteString(expand(`---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: flux-system}
spec: {template: {spec: {containers: [{name: manager, args: []}]}}}
`, "name", name))
	}
	files := filesys.MakeFsInMemory()
	for name, content := range map[string]string{
		"kustomization.yaml":   string(kustomization),
		"gotk-components.yaml": components.String(),
		lockdown.ObjectsFile:   "{apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}",
		"gotk-sync.yaml":       "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: flux-system, namespace: flux-system}, spec: {}}",
	} {
		if err := files.WriteFile(name, []byte(content)); err != nil {
			return nil, err
		}
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, ".")
	if err != nil {
		return nil, err
	}
	flags := map[string][]string{}
	for _, resource := range built.Resources() {
		if resource.GetKind() != "Deployment" {
			continue
		}
		text, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		var deployment appsv1.Deployment
		if err := yaml.Unmarshal(text, &deployment); err != nil {
			return nil, err
		}
		// Here all controllers share one machine, whose ports they would fight for.
		flags[deployment.Name] = slices.DeleteFunc(deployment.Spec.Template.Spec.Containers[0].Args, func(arg string) bool {
			return strings.Contains(arg, "$(POD_IP)")
		})
	}
	return flags, nil
}
