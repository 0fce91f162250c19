package kubeconfig

import (
	"strings"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// ConfigMap builds what Flux needs to reach the server without a stored token.
// Account is the ServiceAccount, in the same namespace, that Flux requests a
// token for. Flux's kustomize- and helm-controller must run with
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

	path := field.NewPath("access")
	errs := validateAccount(account)
	switch {
	case access.IsZero():
		errs = append(errs, field.Required(path.Child("proxy"), "the URL of Capsule Proxy, or that of the API server in apiServer"))
	case !access.Tokenless():
		errs = append(errs, field.Forbidden(path.Child("secretRef"), "access is by a Secret or by a ConfigMap, not by both"))
		access.SecretRef = nil
	}
	errs = append(errs, access.Validate(path)...)
	for _, o := range opts {
		errs = append(errs, applied(o.ApplyToConfigMap(cm))...)
	}
	if err := invalid(cm.Kind, &cm.ObjectMeta, errs); err != nil {
		return nil, err
	}
	return cm, nil
}
