package kubeconfig

import (
	"strings"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ConfigMap builds what Flux needs to reach the server without a stored token.
// The account is the ServiceAccount, in the same namespace, that Flux requests
// a token for. Flux's kustomize- and helm-controller must run with
// --feature-gates=ObjectLevelWorkloadIdentity=true.
//
// The access must be tokenless. The error lists every invalid field; for it
// apierrors.IsInvalid holds.
//
// See https://fluxcd.io/flux/components/kustomize/kustomizations/#kubeconfig-remote-clusters--cluster-api.
func ConfigMap(namespace, name, account string, access Access, opts ...ConfigMapOption) (*corev1.ConfigMap, error) {
	cm := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Data: map[string]string{
			meta.KubeConfigKeyProvider:           "generic",
			meta.KubeConfigKeyAddress:            access.Server(),
			meta.KubeConfigKeyServiceAccountName: account,
			meta.KubeConfigKeyAudiences:          strings.Join(access.Audiences, "\n"),
		},
	}
	if access.CA != "" {
		cm.Data[meta.KubeConfigKeyCACert] = access.CA
	}
	return build.WithOptions(cm, opts, ConfigMapOption.ApplyToConfigMap, func(cm *corev1.ConfigMap) field.ErrorList {
		errs := append(validate.NamespacedMeta(cm), validate.Subdomain(accountPath, account)...)
		errs = append(errs, validateTokenless(field.NewPath("access"), access)...)
		if len(errs) == 0 { // else it repeats them
			errs = ReadConfigMap(cm).faults()
		}
		return errs
	})
}

var accountPath = field.NewPath("serviceAccountName")

func validateTokenless(path *field.Path, access Access) field.ErrorList {
	if access.IsZero() {
		return access.validateServer(path)
	}
	var errs field.ErrorList
	if !access.Tokenless() {
		errs = append(errs, field.Forbidden(path.Child("secretRef"), "access is by a Secret or by a ConfigMap, not by both"))
		access.SecretRef = nil
	}
	return append(errs, access.Validate(path)...)
}
