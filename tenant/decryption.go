package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
)

// Decryption is how SOPS files in a tenant's source are decrypted: Flux's
// Decryption, except that the provider may be left out.
//
// +kubebuilder:object:generate=true
type Decryption struct {
	// Provider is the name of the decryption engine. The default, and the only one
	// that Flux has, is sops.
	//
	// +kubebuilder:validation:Enum=sops
	// +kubebuilder:default=sops
	Provider string `json:"provider,omitempty"`

	// ServiceAccountName is the account of the home namespace that authenticates to
	// the key management service of a cloud.
	//
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	ServiceAccountName string `json:"serviceAccountName,omitempty"`

	// SecretRef names a Secret of the home namespace with private keys. It takes
	// priority over the account.
	SecretRef *meta.LocalObjectReference `json:"secretRef,omitempty"`
}

// spec returns it as Flux's type.
func (d *Decryption) spec() *kustomizev1.Decryption { return (*kustomizev1.Decryption)(d) }
