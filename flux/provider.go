package flux

import (
	"slices"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A ProviderOption sets something on a [Provider].
type ProviderOption interface {
	ApplyToProvider(*notificationv1beta3.Provider) error
}

// ProviderFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type ProviderFunc func(*notificationv1beta3.Provider) error

// ApplyToProvider calls f.
func (f ProviderFunc) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	if f == nil {
		return nil
	}
	return f(provider)
}

// Provider is where notifications are sent: a chat, a git host's commit status,
// an incident system, any webhook, by its type, such as "slack", "github" or
// "generic". Where to and with which token is best kept in a Secret, see
// [SecretRef]: its keys address and token.
//
// See https://fluxcd.io/flux/components/notification/providers/
func Provider(namespace, name, providerType string, opts ...ProviderOption) (*notificationv1beta3.Provider, error) {
	provider := &notificationv1beta3.Provider{
		TypeMeta:   typeMeta(notificationv1beta3.GroupVersion, notificationv1beta3.ProviderKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       notificationv1beta3.ProviderSpec{Type: providerType},
	}
	return build.WithOptions(provider, opts, ProviderOption.ApplyToProvider, validateProvider)
}

// Address is where the provider sends to: for most types a URL. Many chats put a
// token into it; such an address belongs into the Secret, under the key address.
type Address string

// ApplyToProvider sets spec.address.
func (a Address) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.Address = string(a)
	return nil
}

// Channel is where the messages go within the provider's service.
type Channel string

// ApplyToProvider sets spec.channel.
func (c Channel) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.Channel = string(c)
	return nil
}

// Username is the name that the messages are sent under.
type Username string

// ApplyToProvider sets spec.username.
func (u Username) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.Username = string(u)
	return nil
}

// CommitStatusExpr is a CEL expression over event, alert and provider that gives
// the name of the commit status, for the types that set one.
type CommitStatusExpr string

// ApplyToProvider sets spec.commitStatusExpr.
func (c CommitStatusExpr) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.CommitStatusExpr = string(c)
	return nil
}

var (
	providerTypes = []string{
		"slack", "discord", "msteams", "rocket", "generic", "generic-hmac", "github", "gitlab", "gitea",
		"giteapullrequestcomment", "bitbucketserver", "bitbucket", "azuredevops", "googlechat", "googlepubsub",
		"webex", "sentry", "azureeventhub", "telegram", "lark", "matrix", "opsgenie", "alertmanager", "grafana",
		"githubdispatch", "githubpullrequestcomment", "gitlabmergerequestcomment", "pagerduty", "datadog", "nats",
		"zulip", "otel",
	}
	commitStatusTypes = []string{"github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"}
	identityTypes     = []string{"azureeventhub", "azuredevops", "googlepubsub"}
)

func validateProvider(provider *notificationv1beta3.Provider) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(provider)
	errs = append(errs, validate.RequiredEnum(spec.Child("type"), provider.Spec.Type, providerTypes...)...)
	errs = append(errs, validateAddress(spec.Child("address"), provider.Spec.Address)...)
	errs = append(errs, maxLength(spec.Child("channel"), provider.Spec.Channel, 2048)...)
	errs = append(errs, maxLength(spec.Child("username"), provider.Spec.Username, 2048)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("interval"), provider.Spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), provider.Spec.Timeout)...)
	if proxy := provider.Spec.Proxy; proxy != "" {
		errs = append(errs, validate.URL(spec.Child("proxy"), proxy, "http", "https")...)
		errs = append(errs, tooLong(spec.Child("proxy"), proxy, 2048)...)
	}
	errs = append(errs, optionalRef(spec.Child("secretRef"), provider.Spec.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), provider.Spec.CertSecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), provider.Spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), provider.Spec.ServiceAccountName)...)
	errs = append(errs, onlyForTypes(spec.Child("serviceAccountName"), provider.Spec.ServiceAccountName, provider.Spec.Type, identityTypes)...)
	return append(errs, onlyForTypes(spec.Child("commitStatusExpr"), provider.Spec.CommitStatusExpr, provider.Spec.Type, commitStatusTypes)...)
}

// validateAddress never shows the address: many carry a token in their path.
func validateAddress(path *field.Path, address string) field.ErrorList {
	errs := tooLong(path, address, 2048)
	if validate.HasCredentials(address) {
		errs = append(errs, notPrinted(path, "must not carry credentials: keep the address in a Secret and refer to it"))
	}
	return errs
}

func onlyForTypes(path *field.Path, value, providerType string, types []string) field.ErrorList {
	if value == "" || slices.Contains(types, providerType) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "is supported only for the types "+quoted(types))}
}
