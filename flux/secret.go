package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// SecretRef names the Secret, in the object's own namespace, with the
// credentials for the source. For git over HTTPS it holds username and password
// or bearerToken, for git over SSH identity and known_hosts, for a registry it
// is of type kubernetes.io/dockerconfigjson.
type SecretRef string

// ApplyToGitRepository sets spec.secretRef.
func (s SecretRef) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.SecretRef = local(s)
	return nil
}

// ApplyToOCIRepository sets spec.secretRef.
func (s SecretRef) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.SecretRef = local(s)
	return nil
}

// ProxySecretRef names the Secret with the HTTP proxy through which the source
// is reached: address, and if need be username and password.
type ProxySecretRef string

// ApplyToGitRepository sets spec.proxySecretRef.
func (s ProxySecretRef) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.ProxySecretRef = local(s)
	return nil
}

// ApplyToOCIRepository sets spec.proxySecretRef.
func (s ProxySecretRef) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.ProxySecretRef = local(s)
	return nil
}

// CertSecretRef names the Secret with the TLS files for the registry: ca.crt,
// or tls.crt and tls.key, or all of them.
type CertSecretRef string

// ApplyToOCIRepository sets spec.certSecretRef.
func (s CertSecretRef) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.CertSecretRef = local(s)
	return nil
}
