package kubeconfig

import (
	"cmp"
	"strings"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ConfigMap builds the ConfigMap that tells Flux how to reach the server without a
// stored token. The account is the ServiceAccount, in the same namespace, that Flux
// requests a token for. Flux's kustomize- and helm-controller must run with
// --feature-gates=ObjectLevelWorkloadIdentity=true.
//
// An empty name is DefaultName(account), to which Access.Reference refers. The
// access must be tokenless.
//
// See https://fluxcd.io/flux/components/kustomize/kustomizations/#kubeconfig-remote-clusters--cluster-api.
func ConfigMap(metadata metav1.ObjectMeta, account string, access Access) (*corev1.ConfigMap, error) {
	metadata.Name = cmp.Or(metadata.Name, DefaultName(account))
	cm := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metadata,
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
	errs := append(validate.NamespacedMeta(cm), validate.Subdomain(accountPath, account)...)
	return build.Object(cm, append(errs, validateConfigMapAccess(field.NewPath("access"), access)...))
}

var accountPath = field.NewPath("serviceAccountName")

// validateConfigMapAccess also rejects access without a ConfigMap.
func validateConfigMapAccess(path *field.Path, access Access) field.ErrorList {
	if access.IsZero() {
		return access.validateServer(path)
	}
	var errs field.ErrorList
	if access.SecretRef != nil {
		errs = append(errs, field.Forbidden(path.Child("secretRef"), "access is by a Secret or by a ConfigMap, not by both"))
		access.SecretRef = nil
	}
	return append(errs, access.Validate(path)...)
}
