package flux

import (
	"slices"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Provider is a destination of notifications, by spec.type: a chat, the commit status
// of a git host, an incident system, any webhook. Its address and its token belong in
// the Secret of spec.secretRef, under the keys address and token.
//
// See https://fluxcd.io/flux/components/notification/providers/
func Provider(metadata metav1.ObjectMeta, spec notificationv1beta3.ProviderSpec, allow ...Allowance) (*notificationv1beta3.Provider, error) {
	return finish(&notificationv1beta3.Provider{TypeMeta: typeMeta(notificationv1beta3.ProviderKind), ObjectMeta: metadata, Spec: spec}, allow)
}

var (
	commitStatusTypes = []string{"github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"}
	identityTypes     = []string{"azureeventhub", "azuredevops", "googlepubsub"}
)

func validateProvider(path *field.Path, spec *notificationv1beta3.ProviderSpec, allow allowances) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("type"), spec.Type, sortedKeys(providerRules)...)
	errs = append(errs, validateAddress(path.Child("address"), spec, allow)...)
	errs = append(errs, maxLength(path.Child("channel"), spec.Channel, 2048)...)
	errs = append(errs, maxLength(path.Child("username"), spec.Username, 2048)...)
	errs = append(errs, validate.OptionalDuration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	if proxy := spec.Proxy; proxy != "" {
		errs = append(errs, validate.URL(path.Child("proxy"), proxy, "http", "https")...)
		errs = append(errs, tooLong(path.Child("proxy"), proxy, 2048)...)
	}
	errs = append(errs, optionalRef(path.Child("secretRef"), spec.SecretRef)...)
	errs = append(errs, optionalRef(path.Child("certSecretRef"), spec.CertSecretRef)...)
	errs = append(errs, optionalRef(path.Child("proxySecretRef"), spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), spec.ServiceAccountName)...)
	errs = append(errs, onlyForTypes(path.Child("serviceAccountName"), spec.ServiceAccountName, spec.Type, identityTypes)...)
	errs = append(errs, onlyForTypes(path.Child("commitStatusExpr"), spec.CommitStatusExpr, spec.Type, commitStatusTypes)...)
	return append(errs, validateProviderType(path, spec)...)
}

// validateAddress never shows the address: many carry a token in their path.
func validateAddress(path *field.Path, provider *notificationv1beta3.ProviderSpec, allow allowances) field.ErrorList {
	errs := tooLong(path, provider.Address, 2048)
	if hasToken(provider.Type, provider.Address) && !allow.has(AllowTokenInAddress) {
		errs = append(errs, notPrinted(path, "must not carry a token or credentials: keep it in the Secret of secretRef, under the key address"))
	}
	return errs
}

func onlyForTypes(path *field.Path, value, providerType string, types []string) field.ErrorList {
	if value == "" || slices.Contains(types, providerType) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "is supported only for the types "+quoted(types))}
}
