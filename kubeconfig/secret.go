package kubeconfig

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/tools/clientcmd/api/latest"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Secret builds the Secret that holds a kubeconfig, under DefaultKey unless the
// option Key names another. It holds a token: keep it out of git.
//
// A kubeconfig that Flux would refuse or take only in part is an error (see
// Sanitize), and so is one without credentials.
func Secret(namespace, name string, config *clientcmdapi.Config, opts ...SecretOption) (*corev1.Secret, error) {
	secret := &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Type:       corev1.SecretTypeOpaque,
	}
	if config == nil {
		config = clientcmdapi.NewConfig()
	}
	data, err := runtime.Encode(latest.Codec, config)
	if err != nil {
		return nil, build.Invalid(secretKind, namespace+"/"+name, field.ErrorList{field.InternalError(field.NewPath("config"), err)})
	}
	secret.Data = map[string][]byte{DefaultKey: data}

	return build.WithOptions(secret, opts, SecretOption.ApplyToSecret, func(secret *corev1.Secret) field.ErrorList {
		errs := validate.NamespacedMeta(secret)
		for key := range secret.Data {
			errs = append(errs, validate.OptionalConfigMapKey(field.NewPath("data").Key(key), key)...)
			report := ReadSecret(secret, key)
			errs = append(append(errs, report.Refused...), report.Dropped...)
			for _, warning := range report.Warnings {
				if warning.Type == field.ErrorTypeRequired { // another kind of token than a JWT may be meant
					errs = append(errs, warning)
				}
			}
		}
		return errs
	})
}
