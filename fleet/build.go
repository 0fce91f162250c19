package fleet

import (
	"cmp"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/source"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// BuildPlatform builds every object of the platform, or returns an error that lists every
// fault, each with its path. Flux itself is not among them: its manifests come
// from `flux install`, and package flux/lockdown makes the patches for them.
func BuildPlatform(p Platform) (*PlatformBundle, error) {
	b := platformBuilder{platform: p.withDefaults()}
	b.Faults = b.platform.validate()
	b.capsule()
	b.bundle.Policies = tenant.AdmissionPolicies()
	if job := b.platform.Renewal; job != nil {
		keeper, err := renewal.Build(*job)
		b.Note(err, "", "renewal.")
		b.bundle.Renewal = keeper
	}
	for i, cluster := range b.platform.Clusters {
		b.cluster(field.NewPath("clusters").Index(i), cluster)
	}
	if err := b.Err(schema.GroupKind{Kind: "fleet.Platform"}, ""); err != nil {
		return nil, err
	}
	return &b.bundle, nil
}

type platformBuilder struct {
	build.Notes
	platform Platform
	bundle   PlatformBundle
}

func (p Platform) withDefaults() Platform {
	p.Interval = cmp.Or(p.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	p.Capsule.Version = cmp.Or(p.Capsule.Version, DefaultCapsuleVersion)
	p.Capsule.ProtectedNamespaces = cmp.Or(p.Capsule.ProtectedNamespaces, DefaultProtectedNamespaces)
	p.Proxy.Version = cmp.Or(p.Proxy.Version, DefaultCapsuleProxyVersion)
	return p
}

func (p Platform) validate() field.ErrorList {
	errs := source.Validate(p.Git.Spec(), p.OCI.Spec())
	errs = append(errs, p.validateCapsule()...)
	errs = append(errs, p.validateProxy()...)
	if len(p.Clusters) == 0 {
		errs = append(errs, field.Required(field.NewPath("clusters"), ""))
	}
	seen := map[string]bool{}
	for i, cluster := range p.Clusters {
		path := field.NewPath("clusters").Index(i)
		errs = append(errs, cluster.validate(path)...)
		if seen[cluster.Name] {
			errs = append(errs, field.Duplicate(path.Child("name"), cluster.Name))
		}
		seen[cluster.Name] = true
	}
	return errs
}

func (c Cluster) validate(path *field.Path) field.ErrorList {
	errs := validate.Label(path.Child("name"), c.Name)
	for i, name := range c.Tenants {
		errs = append(errs, validate.Label(path.Child("tenants").Index(i), name)...)
	}
	errs = append(errs, validate.Within(path.Child("path"), c.Path)...)
	if c.Access.IsZero() {
		return errs
	}
	if !c.Access.Tokenless() {
		errs = append(errs, field.Forbidden(path.Child("access", "secretRef"), "only tokenless access can differ by cluster: a Secret is the cluster's own anyway"))
	}
	return append(errs, c.Access.Validate(path.Child("access"))...)
}

// cluster makes how Flux on one cluster applies the tree.
func (b *platformBuilder) cluster(path *field.Path, c Cluster) {
	bundle := ClusterBundle{Name: c.Name}
	var from flux.FromSource
	bundle.GitRepository, bundle.OCIRepository, from = source.Build(&b.Notes, FluxNamespace, FluxNamespace, b.platform.Git.Spec(), b.platform.OCI.Spec(), nil, nil)

	bundle.Sync = b.kustomization(path, FluxNamespace, from, flux.Path("./clusters/"+c.Name))
	bundle.Infrastructure = b.kustomization(path, "infrastructure", from, flux.Path("./infrastructure"), flux.Wait(true))
	bundle.Tenants = b.kustomization(path, "tenants", from, flux.Path("./clusters/"+c.Name+"/tenants"), after("infrastructure"))
	if b.platform.Renewal != nil {
		bundle.Renewal = b.kustomization(path, "renewal", from, flux.Path("./infrastructure/renewal"), after("tenants"))
	}
	b.bundle.Clusters = append(b.bundle.Clusters, bundle)
}

// after depends on another of the platform's Kustomizations.
func after(name string) flux.Dependencies {
	return flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: FluxNamespace, Name: name}})
}

// kustomization makes one of the platform's own, which name the privileged
// account they act as: the lockdown's default is one without privileges.
func (b *platformBuilder) kustomization(path *field.Path, name string, source flux.FromSource, opts ...flux.KustomizationOption) *kustomizev1.Kustomization {
	ks, err := flux.Kustomization(FluxNamespace, name, source, append([]flux.KustomizationOption{
		flux.Interval(b.platform.Interval.Duration),
		flux.RetryInterval(retryInterval),
		flux.ServiceAccount(kustomizeController),
	}, opts...)...)
	b.Note(err, "spec.interval", "interval", "spec", path.String())
	return ks
}
