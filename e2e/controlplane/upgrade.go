package controlplane

import (
	"context"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// UpgradeCRDs installs the CRDs of another set's Flux and Capsule.
func (cp *ControlPlane) UpgradeCRDs(ctx context.Context, to Set) error {
	chart, err := cp.renderCapsule(to.capsule, cp.webhookPort, capsuleValues())
	if err != nil {
		return err
	}
	for _, obj := range chart {
		if obj.GetKind() != "CustomResourceDefinition" {
			continue
		}
		if err := cp.apply(ctx, obj); err != nil {
			return err
		}
	}
	return cp.installFluxCRDs(ctx, to)
}

// UpgradeCapsule installs another set's chart of Capsule and restarts the controller
// in its version. As Helm does, it deletes what the chart no longer has.
func (cp *ControlPlane) UpgradeCapsule(ctx context.Context, to Set) error {
	chart, err := cp.renderCapsule(to.capsule, cp.webhookPort, capsuleValues())
	if err != nil {
		return err
	}
	if err := cp.installCapsule(ctx, chart); err != nil {
		return err
	}
	for _, old := range cp.chart {
		if slices.ContainsFunc(chart, func(obj *unstructured.Unstructured) bool { return same(obj, old) }) {
			continue
		}
		if err := client.IgnoreNotFound(cp.Client.Delete(ctx, old)); err != nil {
			return err
		}
	}
	cp.chart, cp.Set.capsule, cp.Set.Capsule = chart, to.capsule, to.Capsule
	if err := cp.Capsule.become(to.capsule); err != nil {
		return err
	}
	cp.Capsule.Stop()
	return cp.Capsule.Start(ctx)
}

func same(a, b client.Object) bool {
	return a.GetObjectKind().GroupVersionKind().GroupKind() == b.GetObjectKind().GroupVersionKind().GroupKind() &&
		a.GetName() == b.GetName() && a.GetNamespace() == b.GetNamespace()
}

// UpgradeFlux installs another set's roles of Flux. [ControlPlane.RunFlux] restarts
// the controllers in its versions.
func (cp *ControlPlane) UpgradeFlux(ctx context.Context, to Set) error {
	cp.Set.source, cp.Set.kustomize, cp.Set.helm = to.source, to.kustomize, to.helm
	cp.Set.manifests, cp.Set.crds, cp.Set.Flux = to.manifests, to.crds, to.Flux
	for i, c := range to.fluxControllers() {
		cp.flux[i].component = c
		if err := cp.flux[i].become(c); err != nil {
			return err
		}
	}
	return cp.installFluxRoles(ctx)
}

// become has the process be that of another version as soon as it starts again.
func (p *Process) become(c component) error {
	dir, err := c.dir()
	p.path, p.Version = filepath.Join(dir, p.Name), c.Version
	return err
}
