package kubeconfig

import (
	"bytes"
	"crypto/x509"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// CAFrom returns the CA certificates of a server's TLS Secret, such as Capsule
// Proxy's. With an empty key it takes the first of ca.crt (as cert-manager
// writes it), ca (as the certificate job of older charts does) and tls.crt, the
// last only if it is self-signed.
func CAFrom(secret *corev1.Secret, key string) (string, error) {
	tried := []string{"ca.crt", "ca", "tls.crt"}
	if key != "" {
		tried = []string{key}
	}
	var errs field.ErrorList
	for _, k := range tried {
		path := field.NewPath("data").Key(k)
		bundle := secret.Data[k]
		if len(bytes.TrimSpace(bundle)) == 0 {
			errs = append(errs, field.Required(path, "the Secret has "+keysOf(secret)))
			continue
		}
		certs, err := certificates(bundle)
		if err != nil {
			errs = append(errs, field.Invalid(path, field.OmitValueType{}, err.Error()))
			continue
		}
		if key == "" && k == "tls.crt" && !selfSigned(certs) {
			errs = append(errs, field.Invalid(path, field.OmitValueType{}, "not self-signed, so it is not its own CA"))
			continue
		}
		return string(bundle), nil
	}
	return "", invalidSecret(secret, errs)
}

func selfSigned(certs []*x509.Certificate) bool {
	return len(certs) == 1 && certs[0].CheckSignature(certs[0].SignatureAlgorithm, certs[0].RawTBSCertificate, certs[0].Signature) == nil
}

// invalidSince is the label with which Kubernetes invalidates unused token Secrets that it made itself
// before 1.24. See
// https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-legacy-token-invalid-since.
const invalidSince = "kubernetes.io/legacy-token-invalid-since"

// TokenFrom returns the token of the account's Secret of type
// kubernetes.io/service-account-token. Kubernetes has made none by itself since
// 1.24, and such a token never expires: prefer a TokenRequest, as package
// renewal makes it.
func TokenFrom(secret *corev1.Secret, account string) (Token, error) {
	var errs field.ErrorList
	if secret.Type != corev1.SecretTypeServiceAccountToken {
		errs = append(errs, field.Invalid(field.NewPath("type"), secret.Type, "must be "+string(corev1.SecretTypeServiceAccountToken)))
	}
	if got := secret.Annotations[corev1.ServiceAccountNameKey]; got != account {
		errs = append(errs, field.Invalid(accountAnnotation, got, "must be "+account))
	}
	if since, ok := secret.Labels[invalidSince]; ok {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "labels").Key(invalidSince), since, "Kubernetes has not accepted the token since then, for it had not been used for long"))
	}
	token := Token(secret.Data[corev1.ServiceAccountTokenKey])
	path := field.NewPath("data").Key(corev1.ServiceAccountTokenKey)
	if token == "" {
		errs = append(errs, field.Required(path, "kube-controller-manager fills it in once the ServiceAccount exists; the Secret has "+keysOf(secret)))
	} else {
		errs = append(errs, token.validate(path, secret.Namespace, account)...)
	}
	if len(errs) > 0 {
		return "", invalidSecret(secret, errs)
	}
	return token, nil
}

// NeverExpiringTokenSecret builds the Secret into which Kubernetes writes a token for
// the account that is valid until the Secret is deleted. Anyone who has read it can
// act as the account from then on.
//
// See https://kubernetes.io/docs/concepts/security/service-accounts/#get-a-token.
func NeverExpiringTokenSecret(metadata metav1.ObjectMeta, account string) (*corev1.Secret, error) {
	errs := validate.Subdomain(accountPath, account)
	if other, ok := metadata.Annotations[corev1.ServiceAccountNameKey]; ok && other != account {
		errs = append(errs, field.Invalid(accountAnnotation, other, "must be "+account))
	}
	metadata.Annotations = build.Merge(metadata.Annotations, map[string]string{corev1.ServiceAccountNameKey: account})
	secret := &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metadata,
		Type:       corev1.SecretTypeServiceAccountToken,
	}
	return build.Object(secret, append(validate.NamespacedMeta(secret), errs...))
}

// accountAnnotation names the account of a token Secret.
var accountAnnotation = field.NewPath("metadata", "annotations").Key(corev1.ServiceAccountNameKey)

// keysOf lists the keys of a Secret for an error message.
func keysOf(secret *corev1.Secret) string {
	if len(secret.Data) == 0 {
		return "no data"
	}
	return "the keys " + strings.Join(slices.Sorted(maps.Keys(secret.Data)), ", ")
}

var secretKind = schema.GroupKind{Kind: "Secret"}

func invalidSecret(secret *corev1.Secret, errs field.ErrorList) error {
	return build.Invalid(secretKind, secret.Namespace+"/"+secret.Name, errs)
}
