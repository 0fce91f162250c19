package flux

import (
	"slices"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Provider is where notifications are sent, by spec.type: a chat, the commit status
// of a git host, an incident system, any webhook. Its address and its token belong
// into the Secret of spec.secretRef, under the keys address and token.
//
// See https://fluxcd.io/flux/components/notification/providers/
func Provider(metadata metav1.ObjectMeta, spec notificationv1beta3.ProviderSpec, allow ...Allowance) (*notificationv1beta3.Provider, error) {
	return finish(&notificationv1beta3.Provider{TypeMeta: typeMeta(notificationv1beta3.ProviderKind), ObjectMeta: metadata, Spec: spec}, allow)
}

var (
	commitStatusTypes = []string{"github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"}
	identityTypes     = []string{"azureeventhub", "azuredevops", "googlepubsub"}
)

func validateProvider(spec *field.Path, provider *notificationv1beta3.ProviderSpec, allow allowances) field.ErrorList {
	errs := validate.RequiredEnum(spec.Child("type"), provider.Type, sortedKeys(providerRules)...)
	errs = append(errs, validateAddress(spec.Child("address"), provider, allow)...)
	errs = append(errs, maxLength(spec.Child("channel"), provider.Channel, 2048)...)
	errs = append(errs, maxLength(spec.Child("username"), provider.Username, 2048)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("interval"), provider.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), provider.Timeout)...)
	if proxy := provider.Proxy; proxy != "" {
		errs = append(errs, validate.URL(spec.Child("proxy"), proxy, "http", "https")...)
		errs = append(errs, tooLong(spec.Child("proxy"), proxy, 2048)...)
	}
	errs = append(errs, optionalRef(spec.Child("secretRef"), provider.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), provider.CertSecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), provider.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), provider.ServiceAccountName)...)
	errs = append(errs, onlyForTypes(spec.Child("serviceAccountName"), provider.ServiceAccountName, provider.Type, identityTypes)...)
	errs = append(errs, onlyForTypes(spec.Child("commitStatusExpr"), provider.CommitStatusExpr, provider.Type, commitStatusTypes)...)
	return append(errs, validateProviderType(spec, provider)...)
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
