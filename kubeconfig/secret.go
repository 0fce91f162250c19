package kubeconfig

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/tools/clientcmd/api/latest"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Secret builds the Secret that holds a kubeconfig under the key, by default
// DefaultKey. It holds a token: keep it out of git.
//
// A kubeconfig that Flux would refuse or use only in part is an error (see
// Sanitize), and so is one without credentials.
func Secret(metadata metav1.ObjectMeta, config *clientcmdapi.Config, key string) (*corev1.Secret, error) {
	key = cmp.Or(key, DefaultKey)
	secret := &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metadata,
		Type:       corev1.SecretTypeOpaque,
	}
	path := field.NewPath("data").Key(key)
	errs := append(validate.NamespacedMeta(secret), validate.OptionalConfigMapKey(path, key)...)
	if config == nil {
		config = clientcmdapi.NewConfig()
	}
	refused, dropped := sanitize(path, config)
	errs = append(append(errs, refused...), dropped...)
	if user := currentUser(config); user != nil && !credentialled(user) {
		errs = append(errs, noCredentials(path, config))
	}
	if len(errs) == 0 {
		data, err := runtime.Encode(latest.Codec, config)
		if err != nil {
			errs = append(errs, field.InternalError(path, err))
		}
		secret.Data = map[string][]byte{key: data}
	}
	return build.Object(secret, errs)
}
