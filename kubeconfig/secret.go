package kubeconfig

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/tools/clientcmd/api/latest"
)

// Secret builds the Secret that holds a kubeconfig, under DefaultKey unless the
// option Key names another. It holds a token: keep it out of git.
//
// A kubeconfig that Flux would refuse or take only in part is an error (see
// Sanitize), and so is one without credentials.
func Secret(namespace, name string, config *clientcmdapi.Config, opts ...SecretOption) (*corev1.Secret, error) {
	path := field.NewPath("config")
	refused, dropped := sanitize(path, config)
	errs := append(refused, dropped...)
	var data []byte
	if config != nil {
		if c := config.Contexts[config.CurrentContext]; c != nil && !credentialled(config.AuthInfos[c.AuthInfo]) {
			errs = append(errs, field.Required(path.Child("users").Key(c.AuthInfo).Child("token"), ""))
		}
		var err error
		if data, err = runtime.Encode(latest.Codec, config); err != nil {
			errs = append(errs, field.InternalError(path, err))
		}
	}
	secret := &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Type:       corev1.SecretTypeOpaque,
		Data:       map[string][]byte{DefaultKey: data},
	}
	for _, o := range opts {
		errs = append(errs, applied(o.ApplyToSecret(secret))...)
	}
	for key := range secret.Data {
		for _, msg := range validation.IsConfigMapKey(key) {
			errs = append(errs, field.Invalid(field.NewPath("data").Key(key), key, msg))
		}
	}
	if err := invalid(secret.Kind, &secret.ObjectMeta, errs); err != nil {
		return nil, err
	}
	return secret, nil
}
