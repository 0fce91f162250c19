package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Protection separates tenants: the lockdown of Flux, the admission policies, or
// both.
type Protection struct {
	Flags    bool // Flux runs with the library's lockdown
	Policies bool // the library's admission policies are in force
	Identity bool // Flux has the gate for workload identity, which access without tokens needs

	// FluxVersion is that of the lockdown: the control plane's if empty.
	FluxVersion string

	// Arguments are further arguments of Flux's controllers, by their name.
	Arguments map[string][]string
}

// Defaults is the protection that a platform should have.
func Defaults() Protection { return Protection{Flags: true, Policies: true, Identity: true} }

// lockdownSpec is the lockdown of a protection with flags. The sources that it
// names are the servers of tenants' repositories; not the attacker's own.
func (p Protection) lockdownSpec() (lockdown.Spec, error) {
	host, err := lockdown.NewArtifactHost([]byte("a secret of more than 16 bytes"), "e2e")
	return lockdown.Spec{
		FluxVersion:      p.FluxVersion,
		ServiceAccount:   tenant.DefaultServiceAccount,
		WorkloadIdentity: p.Identity,
		ArtifactHost:     host,
		HideArtifactHost: true,
		Egress:           lockdown.Egress{Sources: []string{controlplane.GitHost, controlplane.ChartsHost, controlplane.RegistryHost}},
	}, err
}

// lockFlux runs Flux as the protection has it.
func (e *Env) lockFlux(ctx context.Context, p Protection) error {
	l := &lockdown.Lockdown{Kustomization: &types.Kustomization{Resources: []string{"gotk-components.yaml"}}}
	p.FluxVersion = cmp.Or(p.FluxVersion, e.Plane.Set.Flux)
	if p.Flags {
		spec, err := p.lockdownSpec()
		if err != nil {
			return err
		}
		if l, err = lockdown.Build(spec); err != nil {
			return err
		}
	} else if p.Identity {
		gate := argument("(source|kustomize|helm)-controller", "--feature-gates=ObjectLevelWorkloadIdentity=true")
		l.Kustomization.Patches = append(l.Kustomization.Patches, gate)
	}
	for controller, arguments := range p.Arguments {
		for _, value := range arguments {
			l.Kustomization.Patches = append(l.Kustomization.Patches, argument(controller, value))
		}
	}
	objects, err := buildFlux(e.Plane.Set, l)
	if err != nil {
		return err
	}
	return e.Plane.RunFlux(ctx, objects)
}

// argument is a patch that appends an argument to a controller's.
func argument(controller, value string) types.Patch {
	return types.Patch{
		Target: &types.Selector{ResId: resid.ResId{Gvk: resid.Gvk{Kind: "Deployment"}, Name: controller}},
		Patch:  fmt.Sprintf(`[{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": %q}]`, value),
	}
}

// buildFlux builds a lockdown beside the files that flux bootstrap commits.
func buildFlux(set controlplane.Set, l *lockdown.Lockdown) ([]*unstructured.Unstructured, error) {
	components, err := set.FluxManifests()
	if err != nil {
		return nil, err
	}
	kustomization, err := yaml.Marshal(l.Kustomization)
	if err != nil {
		return nil, err
	}
	objects, err := ToYAML(l.Objects...)
	if err != nil {
		return nil, err
	}
	files := filesys.MakeFsInMemory()
	for name, content := range map[string]string{
		"kustomization.yaml":   string(kustomization),
		"gotk-components.yaml": string(components),
		lockdown.ObjectsFile:   objects,
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
	text, err := built.AsYaml()
	if err != nil {
		return nil, err
	}
	return Decode(strings.TrimPrefix(string(text), "---\n"))
}

// ProbeNamespace is a namespace of nobody's to which the policies apply.
const ProbeNamespace = "policy-probe"

// setPolicies puts the library's admission policies into force, or out of it. It
// returns when the API server enforces them, which takes some seconds.
func (e *Env) setPolicies(ctx context.Context, on bool) error {
	policies, err := tenant.AdmissionPolicies(tenant.PolicySpec{FluxVersion: e.Plane.Set.Flux})
	if err != nil {
		return err
	}
	for _, policy := range policies {
		if on {
			if err := Apply(ctx, e.Plane.Client, policy.Objects()); err != nil {
				return err
			}
			continue
		}
		for _, obj := range policy.Objects() {
			if err := client.IgnoreNotFound(e.Plane.Client.Delete(ctx, obj)); err != nil {
				return err
			}
		}
	}
	return Eventually(ctx, time.Minute, func(ctx context.Context) error {
		anonymous := &kustomizev1.Kustomization{
			ObjectMeta: metav1.ObjectMeta{Namespace: ProbeNamespace, Name: "anonymous"},
			Spec: kustomizev1.KustomizationSpec{
				Interval:  metav1.Duration{Duration: time.Minute},
				SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "none"},
			},
		}
		err := e.Plane.Client.Create(ctx, anonymous, client.DryRunAll)
		switch {
		case on && err == nil:
			return errors.New("the admission policies are not in force")
		case !on && err != nil:
			return err
		}
		return nil
	})
}
