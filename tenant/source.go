package tenant

import (
	"reflect"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Git is a tenant's git repository. At most one of Branch, Tag, SemVer, Name and
// Commit is given; without any Flux takes the branch master.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:AtMostOneOf=branch;tag;semver
// +kubebuilder:validation:AtMostOneOf=tag;semver;commit
type Git struct {
	// URL starts with https://, ssh:// or http:// and carries no credentials.
	//
	// +kubebuilder:validation:Pattern=`^(https?|ssh)://.+`
	URL string `json:"url"`

	// Branch is the branch whose head is applied.
	Branch string `json:"branch,omitempty"`

	// Tag is the tag that is applied.
	Tag string `json:"tag,omitempty"`

	// SemVer is a range of tags; the latest of them is applied.
	SemVer string `json:"semver,omitempty"`

	// Name is the Git reference that is applied, as in "refs/pull/420/head".
	Name string `json:"name,omitempty"`

	// Commit is the SHA that is applied. It can be combined with Branch, which is then
	// the branch that is cloned.
	//
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{40}([0-9a-f]{24})?$`
	Commit string `json:"commit,omitempty"`

	// SecretRef names a Secret of the home namespace with the credentials: username and
	// password, bearerToken, identity and known_hosts, or the data of a GitHub App.
	SecretRef *meta.LocalObjectReference `json:"secretRef,omitempty"`

	// Provider is how Flux authenticates: generic, github for a GitHub App, azure,
	// aws or gcp. The default is generic.
	Provider string `json:"provider,omitempty"`

	// ServiceAccountName is the account of the home namespace whose identity at the
	// cloud of Provider is used.
	ServiceAccountName string `json:"serviceAccountName,omitempty"`

	// Interval is how often the repository is checked for changes, by default
	// every minute.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="1m"
	Interval metav1.Duration `json:"interval,omitzero"`

	// Timeout bounds one fetch, by default 60 seconds.
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// Verification requires signatures of commits or tags, with keys from a Secret
	// of the home namespace.
	Verification *sourcev1.GitRepositoryVerification `json:"verify,omitempty"`

	// ProxySecretRef names a Secret of the home namespace with the address of a
	// proxy, and its credentials. It needs Spec.AllowProxy.
	ProxySecretRef *meta.LocalObjectReference `json:"proxySecretRef,omitempty"`

	// Ignore are files that are left out, in the format of .gitignore. The default
	// is Flux's list.
	Ignore *string `json:"ignore,omitempty"`

	// RecurseSubmodules fetches submodules too. The default is false.
	RecurseSubmodules bool `json:"recurseSubmodules,omitempty"`

	// Include puts further GitRepositories of the home namespace into this one.
	Include []sourcev1.GitRepositoryInclude `json:"include,omitempty"`

	// SparseCheckout lists the directories that are checked out. The default is all.
	SparseCheckout []string `json:"sparseCheckout,omitempty"`

	// Suspend stops fetching. The default is false.
	Suspend bool `json:"suspend,omitempty"`
}

// OCI is a tenant's repository as an image. At most one of Tag, SemVer and
// Digest is given; without any Flux takes the tag latest.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:AtMostOneOf=tag;semver;digest
type OCI struct {
	// URL starts with oci:// and carries no tag.
	//
	// +kubebuilder:validation:Pattern=`^oci://.+`
	URL string `json:"url"`

	// Tag is the tag that is applied.
	Tag string `json:"tag,omitempty"`

	// SemVer is a range of tags; the latest of them is applied.
	SemVer string `json:"semver,omitempty"`

	// SemverFilter is an expression that tags must match to count for SemVer.
	SemverFilter string `json:"semverFilter,omitempty"`

	// Digest is the one image that is applied, sha256:<hex>.
	Digest string `json:"digest,omitempty"`

	// SecretRef names a Secret of the home namespace, of type
	// kubernetes.io/dockerconfigjson, with the credentials.
	SecretRef *meta.LocalObjectReference `json:"secretRef,omitempty"`

	// Provider is how Flux authenticates: generic, aws, azure or gcp. The default
	// is generic.
	Provider string `json:"provider,omitempty"`

	// ServiceAccountName is the account of the home namespace whose image pull
	// secrets, or whose identity at the cloud of Provider, are used.
	ServiceAccountName string `json:"serviceAccountName,omitempty"`

	// CertSecretRef names a Secret of the home namespace with a CA, or a client's
	// certificate, for TLS.
	CertSecretRef *meta.LocalObjectReference `json:"certSecretRef,omitempty"`

	// ProxySecretRef names a Secret of the home namespace with the address of a
	// proxy, and its credentials. It needs Spec.AllowProxy.
	ProxySecretRef *meta.LocalObjectReference `json:"proxySecretRef,omitempty"`

	// Interval is how often the registry is checked for changes, by default every
	// minute.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="1m"
	Interval metav1.Duration `json:"interval,omitzero"`

	// Timeout bounds one fetch, by default 60 seconds.
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// LayerSelector is the layer that holds the files. The default is the first.
	LayerSelector *sourcev1.OCILayerSelector `json:"layerSelector,omitempty"`

	// Verify requires a signature of the image.
	Verify *sourcev1.OCIRepositoryVerification `json:"verify,omitempty"`

	// Ignore are files that are left out, in the format of .gitignore. The default
	// is Flux's list.
	Ignore *string `json:"ignore,omitempty"`

	// Insecure allows a registry without TLS, which needs Spec.AllowInsecure. The
	// default is false.
	Insecure bool `json:"insecure,omitempty"`

	// Suspend stops fetching. The default is false.
	Suspend bool `json:"suspend,omitempty"`
}

// IsZero reports whether no field is set.
func (g Git) IsZero() bool { return reflect.ValueOf(g).IsZero() }

// IsZero reports whether no field is set.
func (o OCI) IsZero() bool { return reflect.ValueOf(o).IsZero() }

// Spec returns the repository as Flux's type, or nil if no field is set.
func (g Git) Spec() *sourcev1.GitRepositorySpec {
	if g.IsZero() {
		return nil
	}
	spec := &sourcev1.GitRepositorySpec{
		URL: g.URL, SecretRef: g.SecretRef, Provider: g.Provider, ServiceAccountName: g.ServiceAccountName,
		Interval: g.Interval, Timeout: g.Timeout, Verification: g.Verification, ProxySecretRef: g.ProxySecretRef,
		Ignore: g.Ignore, RecurseSubmodules: g.RecurseSubmodules, Include: g.Include, SparseCheckout: g.SparseCheckout,
		Suspend: g.Suspend,
	}
	if ref := (sourcev1.GitRepositoryRef{Branch: g.Branch, Tag: g.Tag, SemVer: g.SemVer, Name: g.Name, Commit: g.Commit}); ref != (sourcev1.GitRepositoryRef{}) {
		spec.Reference = &ref
	}
	return spec.DeepCopy()
}

// Spec returns the repository as Flux's type, or nil if no field is set.
func (o OCI) Spec() *sourcev1.OCIRepositorySpec {
	if o.IsZero() {
		return nil
	}
	spec := &sourcev1.OCIRepositorySpec{
		URL: o.URL, SecretRef: o.SecretRef, Provider: o.Provider, ServiceAccountName: o.ServiceAccountName,
		CertSecretRef: o.CertSecretRef, ProxySecretRef: o.ProxySecretRef, Interval: o.Interval, Timeout: o.Timeout,
		LayerSelector: o.LayerSelector, Verify: o.Verify, Ignore: o.Ignore, Insecure: o.Insecure, Suspend: o.Suspend,
	}
	if ref := (sourcev1.OCIRepositoryRef{Tag: o.Tag, SemVer: o.SemVer, SemverFilter: o.SemverFilter, Digest: o.Digest}); ref != (sourcev1.OCIRepositoryRef{}) {
		spec.Reference = &ref
	}
	return spec.DeepCopy()
}
