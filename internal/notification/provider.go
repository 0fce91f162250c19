package notification

import (
	"maps"
	"slices"
	"strings"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

var (
	commitStatusTypes = []string{"github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"}
	identityTypes     = []string{"azureeventhub", "azuredevops", "googlepubsub"}
)

// ValidateProvider lists every fault of a Provider. A token in its address is one,
// unless it is allowed.
func ValidateProvider(path *field.Path, spec *notificationv1beta3.ProviderSpec, allowToken bool) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("type"), spec.Type, slices.Sorted(maps.Keys(providerRules))...)
	errs = append(errs, validateAddress(path.Child("address"), spec, allowToken)...)
	errs = append(errs, validate.MaxLength(path.Child("channel"), spec.Channel, 2048)...)
	errs = append(errs, validate.MaxLength(path.Child("username"), spec.Username, 2048)...)
	errs = append(errs, validate.OptionalDuration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	if proxy := spec.Proxy; proxy != "" {
		errs = append(errs, validate.URL(path.Child("proxy"), proxy, "http", "https")...)
		errs = append(errs, validate.MaxSecretLength(path.Child("proxy"), proxy, 2048)...)
	}
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), spec.SecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("certSecretRef"), spec.CertSecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("proxySecretRef"), spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), spec.ServiceAccountName)...)
	errs = append(errs, onlyForTypes(path.Child("serviceAccountName"), spec.ServiceAccountName, spec.Type, identityTypes)...)
	errs = append(errs, onlyForTypes(path.Child("commitStatusExpr"), spec.CommitStatusExpr, spec.Type, commitStatusTypes)...)
	return append(errs, validateProviderType(path, spec)...)
}

// validateAddress never shows the address: many carry a token in their path.
func validateAddress(path *field.Path, provider *notificationv1beta3.ProviderSpec, allowToken bool) field.ErrorList {
	errs := validate.MaxSecretLength(path, provider.Address, 2048)
	if hasToken(provider.Type, provider.Address) && !allowToken {
		errs = append(errs, validate.NotPrinted(path, "must not carry a token or credentials: keep it in the Secret of secretRef, under the key address"))
	}
	return errs
}

func onlyForTypes(path *field.Path, value, providerType string, types []string) field.ErrorList {
	if value == "" || slices.Contains(types, providerType) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, `is supported only for the types "`+strings.Join(types, `", "`)+`"`)}
}
