package fleet

import (
	"cmp"
	"errors"
	"path"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// BuildPlatform builds every object of the platform. The error lists every
// invalid field with its path. Flux itself is not among them: its manifests come
// from `flux install`, and package flux/lockdown makes the patches for them.
func BuildPlatform(p Platform) (*PlatformBundle, error) {
	p = p.withDefaults()
	if errs := p.validate(); len(errs) > 0 {
		return nil, build.Invalid(schema.GroupKind{Kind: "fleet.Platform"}, "", errs)
	}
	// An error here should have been found by the platform's validation.
	capsule, err1 := capsuleObjects(p)
	proxy, err2 := proxyObjects(p)
	keeper, err3 := renewalObjects(p.Renewal)
	clusters, err4 := clusterObjects(p)
	policies, err5 := tenant.AdmissionPolicies(p.policies())
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return nil, err
	}
	// Deleting Capsule deletes its custom resources, and with them every tenant's
	// namespaces.
	namespace := capsuleNamespace()
	keep(namespace)
	keep(capsule.release)
	return &PlatformBundle{
		CapsuleNamespace: namespace,
		CapsuleChart:     capsule.chart,
		CapsuleRelease:   capsule.release,
		ProxyChart:       proxy.chart,
		ProxyRelease:     proxy.release,
		HomeRole:         tenant.HomeRole(),
		Policies:         policies,
		Renewal:          keeper,
		Clusters:         clusters,
	}, nil
}

func (p Platform) withDefaults() Platform {
	p.Interval = cmp.Or(p.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	p.Capsule.Version = cmp.Or(p.Capsule.Version, DefaultCapsuleVersion)
	p.Capsule.ProtectedNamespaces = cmp.Or(p.Capsule.ProtectedNamespaces, DefaultProtectedNamespaces)
	if p.Capsule.ForceTenantPrefix == nil {
		p.Capsule.ForceTenantPrefix = new(true)
	}
	p.Proxy.Version = cmp.Or(p.Proxy.Version, DefaultCapsuleProxyVersion)
	return p
}

func renewalObjects(job *renewal.Job) (*renewal.Bundle, error) {
	if job == nil {
		return nil, nil
	}
	return renewal.Build(*job)
}

// clusterObjects makes the Flux objects that apply the tree on each cluster.
func clusterObjects(p Platform) ([]ClusterBundle, error) {
	var bundles []ClusterBundle
	var errs []error
	for _, cluster := range p.Clusters {
		bundle, err := clusterBundle(p, cluster)
		bundles, errs = append(bundles, bundle), append(errs, err)
	}
	return bundles, errors.Join(errs...)
}

func clusterBundle(p Platform, c Cluster) (ClusterBundle, error) {
	git, oci, err1 := sourceObject(p.on(c), metav1.ObjectMeta{Namespace: FluxNamespace, Name: FluxNamespace}, nil)
	bundle := ClusterBundle{Name: c.Name, GitRepository: git, OCIRepository: oci}

	var err2, err3, err4, err5 error
	bundle.Sync, err2 = bundle.kustomization(p, FluxNamespace, kustomizev1.KustomizationSpec{Path: p.path("clusters", c.Name)})
	patches, err6 := c.infrastructurePatches()
	bundle.Infrastructure, err3 = bundle.kustomization(p, "infrastructure", kustomizev1.KustomizationSpec{
		Path: p.path("infrastructure"), Wait: true, Patches: patches,
	})
	bundle.Tenants, err4 = bundle.kustomization(p, "groups", kustomizev1.KustomizationSpec{
		Path: p.path("clusters", c.Name, "tenants"), DependsOn: flux.DependsOn(bundle.Infrastructure),
	})
	if p.Renewal != nil {
		bundle.Renewal, err5 = bundle.kustomization(p, "renewal", kustomizev1.KustomizationSpec{
			Path: p.path("infrastructure", "renewal"), DependsOn: flux.DependsOn(bundle.Tenants),
			DeletionPolicy: kustomizev1.DeletionPolicyMirrorPrune,
		})
	}
	return bundle, errors.Join(err1, err2, err3, err4, err5, err6)
}

// dir returns a directory of the tree as one of the repository.
func (p Platform) dir(parts ...string) string { return path.Join(p.Folder, path.Join(parts...)) }

// path returns a directory of the tree as a Kustomization names it.
func (p Platform) path(parts ...string) string { return "./" + p.dir(parts...) }

// on returns the platform as a cluster sees it, with the source of that cluster.
func (p Platform) on(c Cluster) Platform {
	if !c.Git.IsZero() || !c.OCI.IsZero() {
		p.Git, p.OCI = c.Git, c.OCI
	}
	return p
}

// sourceObject makes a source of the whole tree, or of the given directories.
func sourceObject(p Platform, metadata metav1.ObjectMeta, dirs []string) (*sourcev1.GitRepository, *sourcev1.OCIRepository, error) {
	if oci := p.OCI.Spec(); oci != nil {
		oci.Ignore = onlyDirs(dirs)
		repo, err := flux.OCIRepository(metadata, *oci)
		return nil, repo, err
	}
	git := p.Git.Spec()
	git.SparseCheckout = dirs
	repo, err := flux.GitRepository(metadata, *git)
	return repo, nil, err
}

// kustomization makes a Kustomization of the platform. It names its privileged
// account, since the lockdown's default account has no privileges. By default its
// objects stay when it is deleted: a lost file must not delete everything below it.
func (c *ClusterBundle) kustomization(p Platform, name string, spec kustomizev1.KustomizationSpec) (*kustomizev1.Kustomization, error) {
	spec.SourceRef = flux.SourceRef(c.source())
	spec.SourceRef.Namespace = "" // its own
	spec.Interval = p.Interval
	spec.RetryInterval = &metav1.Duration{Duration: retryInterval}
	spec.ServiceAccountName = kustomizeController
	spec.Prune = true
	spec.DeletionPolicy = cmp.Or(spec.DeletionPolicy, kustomizev1.DeletionPolicyOrphan)
	for i := range spec.DependsOn {
		spec.DependsOn[i].Namespace = ""
	}
	return flux.Kustomization(metav1.ObjectMeta{Namespace: FluxNamespace, Name: name}, spec)
}

// source returns the source of the tree.
func (c *ClusterBundle) source() sourcev1.Source {
	if c.OCIRepository != nil {
		return c.OCIRepository
	}
	return c.GitRepository
}
