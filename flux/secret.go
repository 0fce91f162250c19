package flux

import (
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// SecretRef names the Secret, in the object's own namespace, with the
// credentials. For git over HTTPS and for Helm it holds username and password or
// bearerToken, for git over SSH identity and known_hosts; for a registry it is of
// type kubernetes.io/dockerconfigjson; a Bucket wants accesskey and secretkey or
// what its cloud calls them, a Provider token or address, a Receiver the token
// that callers must know.
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

// ApplyToBucket sets spec.secretRef.
func (s SecretRef) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.SecretRef = local(s)
	return nil
}

// ApplyToHelmRepository sets spec.secretRef.
func (s SecretRef) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.SecretRef = local(s)
	return nil
}

// ApplyToProvider sets spec.secretRef.
func (s SecretRef) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.SecretRef = local(s)
	return nil
}

// ApplyToReceiver sets spec.secretRef.
func (s SecretRef) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	receiver.Spec.SecretRef = local(s)
	return nil
}

// ApplyToImageRepository sets spec.secretRef.
func (s SecretRef) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.SecretRef = local(s)
	return nil
}

// ProxySecretRef names the Secret with the HTTP proxy through which the server
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

// ApplyToBucket sets spec.proxySecretRef.
func (s ProxySecretRef) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.ProxySecretRef = local(s)
	return nil
}

// ApplyToProvider sets spec.proxySecretRef.
func (s ProxySecretRef) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.ProxySecretRef = local(s)
	return nil
}

// ApplyToImageRepository sets spec.proxySecretRef.
func (s ProxySecretRef) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.ProxySecretRef = local(s)
	return nil
}

// CertSecretRef names the Secret with the TLS files for the server: ca.crt, or
// tls.crt and tls.key, or all of them.
type CertSecretRef string

// ApplyToOCIRepository sets spec.certSecretRef.
func (s CertSecretRef) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.CertSecretRef = local(s)
	return nil
}

// ApplyToBucket sets spec.certSecretRef.
func (s CertSecretRef) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.CertSecretRef = local(s)
	return nil
}

// ApplyToHelmRepository sets spec.certSecretRef.
func (s CertSecretRef) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.CertSecretRef = local(s)
	return nil
}

// ApplyToProvider sets spec.certSecretRef.
func (s CertSecretRef) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.CertSecretRef = local(s)
	return nil
}

// ApplyToImageRepository sets spec.certSecretRef.
func (s CertSecretRef) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.CertSecretRef = local(s)
	return nil
}
