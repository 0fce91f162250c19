package migrate

import (
	"cmp"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const (
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
	sourceGroup    = "source.toolkit.fluxcd.io"
)

// importSync reads the Kustomization that applies the tenant's repository, and
// the repository.
func (i *importer) importSync() {
	home := cmp.Or(i.spec.Home, i.spec.Name)
	all := i.objects.in(home, kustomizeGroup, kustomizev1.KustomizationKind)
	if len(all) == 0 {
		return
	}
	root := i.objects.named(home, i.spec.Name, kustomizeGroup, kustomizev1.KustomizationKind)
	if root == nil {
		root = all[0]
		i.differs(root, "becomes %s, the name of the tenant", i.spec.Name)
	}
	for _, other := range all {
		if other != root {
			i.differs(other, "is not the platform's to make: it belongs into the tenant's repository (tenant.Bundle.NewKustomization)")
		}
	}

	var ks kustomizev1.Kustomization
	root.into(&ks)
	i.replaced(root, "v1")
	i.importKustomization(root, ks)
	i.importDependencies(root, ks)
	i.importAccess(root, ks.Spec.KubeConfig)
	i.importSource(root, ks.Spec.SourceRef)
}

// importKustomization reads what a Spec says of its Kustomization.
func (i *importer) importKustomization(root *existing, ks kustomizev1.Kustomization) {
	var gone struct {
		Spec struct {
			Validation string `json:"validation"`
		} `json:"spec"`
	}
	if root.into(&gone); gone.Spec.Validation != "" {
		i.differs(root, "validation is gone: the API server validates what is applied")
	}
	i.spec.Path = ks.Spec.Path
	i.spec.Interval = leaveOut(ks.Spec.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	if retry := ks.Spec.RetryInterval; retry != nil {
		i.spec.RetryInterval = leaveOut(*retry, metav1.Duration{Duration: tenant.DefaultRetryInterval})
	} else {
		i.differs(root, "retryInterval becomes %s: without it a tenant's first failure is retried only after the interval", tenant.DefaultRetryInterval)
	}
	if ks.Spec.Timeout != nil {
		i.spec.Timeout = *ks.Spec.Timeout
	}
	if !ks.Spec.Prune {
		i.spec.Prune = new(false)
	}
	i.spec.Wait, i.spec.Suspend = ks.Spec.Wait, ks.Spec.Suspend
	i.spec.Decryption = (*tenant.Decryption)(ks.Spec.Decryption)
	if d := ks.Spec.Decryption; d != nil && d.ServiceAccountName == "" {
		i.spec.AllowSecretDecryption = true
	}
	if post := ks.Spec.PostBuild; post != nil {
		i.spec.Substitute, i.spec.SubstituteFrom = post.Substitute, post.SubstituteFrom
	}
	i.spec.Shard = root.labels[flux.ShardKey]
	if ks.Spec.ServiceAccountName == "" {
		i.differs(root, "serviceAccountName is set: no flag of Flux's is then needed to keep it from the controller's own account")
	}
}

// importDependencies keeps those on the tenant's own objects.
func (i *importer) importDependencies(root *existing, ks kustomizev1.Kustomization) {
	for _, dependency := range ks.Spec.DependsOn {
		if dependency.Namespace != "" && dependency.Namespace != root.namespace {
			i.differs(root, "dependsOn %s is left out: a tenant depends on its own objects only", dependency)
			continue
		}
		i.spec.DependsOn = append(i.spec.DependsOn, dependency.Name)
	}
}

// replaced notes a version that is no longer served.
func (i *importer) replaced(obj *existing, current string) {
	if obj.version != current {
		i.differs(obj, "version %s is no longer served: %s", obj.version, current)
	}
}

func (i *importer) importSource(root *existing, ref kustomizev1.CrossNamespaceSourceReference) {
	if ref.Namespace != "" && ref.Namespace != root.namespace {
		i.differs(root, "its source is in namespace %s: it has to be in the home namespace", ref.Namespace)
	}
	source := i.objects.named(cmp.Or(ref.Namespace, root.namespace), ref.Name, sourceGroup, ref.Kind)
	if source == nil {
		i.differs(root, "its source, %s %s, is not among the objects: git or oci is for you to fill in", ref.Kind, ref.Name)
		return
	}
	i.replaced(source, "v1")
	byDefault := metav1.Duration{Duration: flux.DefaultSourceInterval}
	switch ref.Kind {
	case sourcev1.GitRepositoryKind:
		var repo sourcev1.GitRepository
		source.into(&repo)
		i.spec.Git = tenant.Git{URL: repo.Spec.URL, SecretRef: repo.Spec.SecretRef, Interval: leaveOut(repo.Spec.Interval, byDefault)}
		if from := repo.Spec.Reference; from != nil {
			i.spec.Git.Branch, i.spec.Git.Tag, i.spec.Git.SemVer, i.spec.Git.Commit = from.Branch, from.Tag, from.SemVer, from.Commit
		}
		i.insecure(source)
	case sourcev1.OCIRepositoryKind:
		var repo sourcev1.OCIRepository
		source.into(&repo)
		i.spec.OCI = tenant.OCI{URL: repo.Spec.URL, SecretRef: repo.Spec.SecretRef, Interval: leaveOut(repo.Spec.Interval, byDefault)}
		if from := repo.Spec.Reference; from != nil {
			i.spec.OCI.Tag, i.spec.OCI.SemVer, i.spec.OCI.Digest = from.Tag, from.SemVer, from.Digest
		}
	default:
		i.differs(source, "a tenant's source is a GitRepository or an OCIRepository: git or oci is for you to fill in")
	}
}

// importAccess reads how Flux reaches the API server.
func (i *importer) importAccess(root *existing, ref *meta.KubeConfigReference) {
	switch {
	case ref == nil:
	case ref.ConfigMapRef != nil:
		i.importTokenless(root, ref.ConfigMapRef.Name)
	case ref.SecretRef != nil:
		i.importSecret(root, *ref.SecretRef)
	}
}

func (i *importer) importTokenless(root *existing, name string) {
	obj := i.objects.named(root.namespace, name, "", "ConfigMap")
	if obj == nil {
		i.differs(root, "the ConfigMap %s of its kubeConfig is not among the objects: access is for you to fill in", name)
		return
	}
	var configMap corev1.ConfigMap
	obj.into(&configMap)
	report := kubeconfig.ReadConfigMap(&configMap)
	i.spec.Access = i.at(report.Server)
	i.spec.Access.CA = configMap.Data[meta.KubeConfigKeyCACert]
	i.spec.Access.Audiences = report.Audiences
}

func (i *importer) importSecret(root *existing, ref meta.SecretKeyReference) {
	account := cmp.Or(i.spec.ServiceAccount, tenant.DefaultServiceAccount)
	ref.Name, ref.Key = leaveOut(ref.Name, kubeconfig.DefaultName(account)), leaveOut(ref.Key, kubeconfig.DefaultKey)
	if obj := i.objects.named(root.namespace, cmp.Or(ref.Name, kubeconfig.DefaultName(account)), "", "Secret"); obj != nil {
		var secret corev1.Secret
		obj.into(&secret)
		report := kubeconfig.ReadSecret(&secret, cmp.Or(ref.Key, kubeconfig.DefaultKey))
		i.spec.Access = i.at(report.Server)
		i.spec.Access.SecretRef = &ref
		i.differs(obj, "holds a token and does not belong into git: keep it by kubeconfig/renewal, or go tokenless")
		return
	}
	if i.fallback.IsZero() {
		i.differs(root, "its kubeconfig is a Secret that is not among the objects: access is for you to fill in")
		return
	}
	i.spec.Access = i.fallback
	if i.fallback.Tokenless() {
		i.differs(root, "its kubeconfig Secret is replaced by tokenless access: Flux requests a token at each reconciliation")
		return
	}
	i.spec.Access.SecretRef = &ref
}

// at is access to a server. What the reconciler may impersonate tells which one
// it is: Capsule Proxy asks about users, the API server about accounts.
func (i *importer) at(server string) kubeconfig.Access {
	home, account := cmp.Or(i.spec.Home, i.spec.Name), cmp.Or(i.spec.ServiceAccount, tenant.DefaultServiceAccount)
	if slices.ContainsFunc(i.objects.in(home, "rbac.authorization.k8s.io", "Role"), func(obj *existing) bool {
		return obj.name == account+"-"+names.Impersonator
	}) {
		return kubeconfig.Access{APIServer: server}
	}
	return kubeconfig.Access{Proxy: server}
}

// insecure accepts a repository that is fetched without TLS, and names one for
// which there is no key.
func (i *importer) insecure(source *existing) {
	if strings.HasPrefix(i.spec.Git.URL, "ssh://") && i.spec.Git.SecretRef == nil {
		i.differs(source, "has no secretRef, without which Flux cannot use ssh: git.secretRef is for you to fill in")
	}
	if strings.HasPrefix(strings.ToLower(i.spec.Git.URL), "http://") {
		i.spec.AllowInsecure = true
		i.differs(source, "is fetched without TLS, which needs allowInsecure: whoever is on the way can replace it")
	}
}
