package flux

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// ServiceAccount is the account, in the object's own namespace, in whose name
// the controller acts. A Kustomization impersonates it for everything it
// applies. A source authenticates as it: a GitRepository by workload identity
// (with [AuthProvider] aws or azure only), an OCIRepository also with the account's
// image pull secrets.
type ServiceAccount string

// ApplyToGitRepository sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToOCIRepository sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToKustomization sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.ServiceAccountName = string(s)
	return nil
}
