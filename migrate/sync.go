package migrate

import (
	"cmp"
	"encoding/json"
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
	home := i.home()
	all := i.objects.in(home, kustomizeGroup, kustomizev1.KustomizationKind)
	if len(all) == 0 {
		return
	}
	root := i.objects.named(home, i.spec.Name, kustomizeGroup, kustomizev1.KustomizationKind)
	if root == nil {
		root = all[0]
		i.differs(root, "becomes %s, the name of the tenant", i.spec.Name)
	}
	i.root = root

	var ks kustomizev1.Kustomization
	root.into(&ks)
	i.replaced(root, "v1")
	i.importKustomization(root, ks)
	i.importDependencies(root, ks)
	i.importAccess(root, ks.Spec.KubeConfig)
	i.importSource(root, ks.Spec.SourceRef)
}

// importKustomization reads what a Spec says of its Kustomization: its fields have
// the names that they have there.
func (i *importer) importKustomization(root *existing, ks kustomizev1.Kustomization) {
	i.because(root, "spec.validation", "the API server validates what is applied")
	i.because(root, "spec.serviceAccountName", "no flag of Flux's is then needed to keep it from the controller's own account")
	same := ks.Spec.DeepCopy()
	same.DependsOn, same.PostBuild, same.Ignore = nil, nil, nil
	same.Interval = leaveOut(same.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	if retry := same.RetryInterval; retry == nil {
		i.because(root, "spec.retryInterval", "without it a tenant's first failure is retried only after the interval")
	} else if retry.Duration == tenant.DefaultRetryInterval {
		same.RetryInterval = nil
	}
	i.take(same)
	if ks.Spec.Prune {
		i.spec.Prune = nil
	}
	if ks.Spec.PostBuild != nil {
		i.take(ks.Spec.PostBuild)
	}
	if d := ks.Spec.Decryption; d != nil && d.ServiceAccountName == "" {
		i.spec.AllowSecretDecryption = true
	}
	i.spec.Shard = root.labels[flux.ShardKey]
}

// take sets the fields of the spec that have the names of those of the value.
func (i *importer) take(value any) {
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, &i.spec)
	}
	if err != nil {
		i.lacks(i.root, "cannot be read: %v", err)
	}
}

// takeSource sets the fields of a source, and of its reference, in the same way.
func takeSource[T any](source *T, spec, ref any) error {
	for _, value := range []any{spec, ref} {
		data, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(data, source); err != nil {
			return err
		}
	}
	return nil
}

// importDependencies keeps those on the tenant's own objects.
func (i *importer) importDependencies(root *existing, ks kustomizev1.Kustomization) {
	for _, dependency := range ks.Spec.DependsOn {
		if dependency.Namespace != "" && dependency.Namespace != root.namespace {
			i.because(root, "spec.dependsOn", "a tenant depends on its own objects only")
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
		i.lacks(root, "its source, %s %s, is not among the objects: git or oci is for you to fill in", ref.Kind, ref.Name)
		return
	}
	i.replaced(source, "v1")
	i.source = source
	byDefault := metav1.Duration{Duration: flux.DefaultSourceInterval}
	var err error
	switch ref.Kind {
	case sourcev1.GitRepositoryKind:
		var repo sourcev1.GitRepository
		source.into(&repo)
		repo.Spec.Interval = leaveOut(repo.Spec.Interval, byDefault)
		err = takeSource(&i.spec.Git, repo.Spec, repo.Spec.Reference)
		i.insecure(source)
		i.proxied(source, repo.Spec.ProxySecretRef != nil)
	case sourcev1.OCIRepositoryKind:
		var repo sourcev1.OCIRepository
		source.into(&repo)
		repo.Spec.Interval = leaveOut(repo.Spec.Interval, byDefault)
		err = takeSource(&i.spec.OCI, repo.Spec, repo.Spec.Reference)
		i.proxied(source, repo.Spec.ProxySecretRef != nil)
		if repo.Spec.Insecure {
			i.spec.AllowInsecure = true
			i.differs(source, "is fetched without TLS, which needs allowInsecure: anyone on the network path can replace it")
		}
	default:
		i.source = nil
		i.lacks(source, "a tenant's source is a GitRepository or an OCIRepository: git or oci is for you to fill in")
	}
	if err != nil {
		i.lacks(source, "cannot be read: %v", err)
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
		i.lacks(root, "the ConfigMap %s of its kubeConfig is not among the objects: access is for you to fill in", name)
		return
	}
	i.configMap = obj
	var configMap corev1.ConfigMap
	obj.into(&configMap)
	report := kubeconfig.ReadConfigMap(&configMap)
	i.spec.Access = i.at(report.Server)
	i.spec.Access.CA = configMap.Data[meta.KubeConfigKeyCACert]
	i.spec.Access.Audiences = report.Audiences
}

func (i *importer) importSecret(root *existing, ref meta.SecretKeyReference) {
	account := i.accountName()
	ref.Name, ref.Key = leaveOut(ref.Name, kubeconfig.DefaultName(account)), leaveOut(ref.Key, kubeconfig.DefaultKey)
	if obj := i.objects.named(root.namespace, cmp.Or(ref.Name, kubeconfig.DefaultName(account)), "", "Secret"); obj != nil {
		var secret corev1.Secret
		obj.into(&secret)
		report := kubeconfig.ReadSecret(&secret, cmp.Or(ref.Key, kubeconfig.DefaultKey))
		i.spec.Access = i.at(report.Server)
		i.spec.Access.SecretRef = &ref
		i.accounted[obj.index] = true
		i.differs(obj, "holds a token and does not belong in git: keep it by kubeconfig/renewal, or go tokenless")
		return
	}
	if i.fallback.IsZero() {
		i.lacks(root, "its kubeconfig is a Secret that is not among the objects: access is for you to fill in")
		return
	}
	i.spec.Access = i.fallback
	if i.fallback.Tokenless() {
		i.differs(root, "its kubeconfig Secret is replaced by tokenless access: Flux requests a token at each reconciliation")
		return
	}
	i.spec.Access.SecretRef = &ref
}

// at is access to a server. The identity that the reconciler may impersonate shows
// which one it is: Capsule Proxy asks about users, the API server about accounts.
func (i *importer) at(server string) kubeconfig.Access {
	home, account := i.home(), i.accountName()
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
		i.lacks(source, "has no secretRef, without which Flux cannot use ssh: git.secretRef is for you to fill in")
	}
	if strings.HasPrefix(strings.ToLower(i.spec.Git.URL), "http://") {
		i.spec.AllowInsecure = true
		i.differs(source, "is fetched without TLS, which needs allowInsecure: anyone on the network path can replace it")
	}
}
