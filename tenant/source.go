package tenant

import (
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Git is a tenant's git repository. At most one of Branch, Tag, SemVer and
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

	// SemVer is the range of tags of which the latest is applied.
	SemVer string `json:"semver,omitempty"`

	// Commit is the SHA that is applied. It goes together with Branch, which is
	// then the one that is cloned.
	//
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{40}([0-9a-f]{24})?$`
	Commit string `json:"commit,omitempty"`

	// SecretRef names a Secret of the home namespace with the credentials:
	// username and password, bearerToken, or identity and known_hosts.
	SecretRef *meta.LocalObjectReference `json:"secretRef,omitempty"`

	// Interval is how often the repository is checked for changes, by default
	// every minute.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="1m"
	Interval metav1.Duration `json:"interval,omitzero"`
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

	// SemVer is the range of tags of which the latest is applied.
	SemVer string `json:"semver,omitempty"`

	// Digest is the one image that is applied, sha256:<hex>.
	Digest string `json:"digest,omitempty"`

	// SecretRef names a Secret of the home namespace, of type
	// kubernetes.io/dockerconfigjson, with the credentials.
	SecretRef *meta.LocalObjectReference `json:"secretRef,omitempty"`

	// Interval is how often the registry is checked for changes, by default every
	// minute.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="1m"
	Interval metav1.Duration `json:"interval,omitzero"`
}

// Spec returns the repository in Flux's own words, or nil if no field is set.
func (g Git) Spec() *sourcev1.GitRepositorySpec {
	if g == (Git{}) {
		return nil
	}
	spec := &sourcev1.GitRepositorySpec{URL: g.URL, Interval: g.Interval, SecretRef: g.SecretRef}
	if ref := (sourcev1.GitRepositoryRef{Branch: g.Branch, Tag: g.Tag, SemVer: g.SemVer, Commit: g.Commit}); ref != (sourcev1.GitRepositoryRef{}) {
		spec.Reference = &ref
	}
	return spec
}

// Spec returns the repository in Flux's own words, or nil if no field is set.
func (o OCI) Spec() *sourcev1.OCIRepositorySpec {
	if o == (OCI{}) {
		return nil
	}
	spec := &sourcev1.OCIRepositorySpec{URL: o.URL, Interval: o.Interval, SecretRef: o.SecretRef}
	if ref := (sourcev1.OCIRepositoryRef{Tag: o.Tag, SemVer: o.SemVer, Digest: o.Digest}); ref != (sourcev1.OCIRepositoryRef{}) {
		spec.Reference = &ref
	}
	return spec
}
