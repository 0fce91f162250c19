package notification

import (
	"net/url"
	"regexp"
	"strings"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A providerRule lists the fields that a type of Provider needs to send anything. An
// address may also be in the Secret, so none is required if there is one.
//
// Upstream: the functions New... in internal/notifier of notification-controller,
// which fail for each event, while no condition of the Provider says so. Faults that
// they do not check (matrix, pagerduty, webex, zulip), the service rejects.
type providerRule struct {
	address addressForm
	secret  string // the keys without which the Secret is of no use; none if empty
	channel string // what the channel is, if it is required
}

// An addressForm reports whether an address is valid for the type. A nil form is a
// type without an address.
type addressForm func(address string) bool

var providerRules = map[string]providerRule{
	"alertmanager":              {address: isWebhook},
	"azuredevops":               {address: isRepositoryOf(4)},
	"azureeventhub":             {address: isAnything},
	"bitbucket":                 {address: isRepositoryOf(2), secret: "token"},
	"bitbucketserver":           {address: isBitbucketServer, secret: "token, or username and password"},
	"datadog":                   {secret: "token"},
	"discord":                   {address: isWebhook},
	"generic":                   {address: isWebhook},
	"generic-hmac":              {address: isWebhook, secret: "token"},
	"gitea":                     {address: isRepositoryOf(2), secret: "token"},
	"giteapullrequestcomment":   {address: isRepositoryOf(2), secret: "token"},
	"github":                    {address: isRepositoryOf(2), secret: "token, or the data of a GitHub App"},
	"githubdispatch":            {address: isRepositoryOf(2), secret: "token, or the data of a GitHub App"},
	"githubpullrequestcomment":  {address: isRepositoryOf(2), secret: "token, or the data of a GitHub App"},
	"gitlab":                    {address: isRepositoryOf(0), secret: "token"},
	"gitlabmergerequestcomment": {address: isRepositoryOf(0), secret: "token"},
	"googlechat":                {address: isWebhook},
	"googlepubsub":              {address: isAnything, channel: "the topic"},
	"grafana":                   {address: isWebhook},
	"lark":                      {address: isWebhook},
	"matrix":                    {address: isWebhook, secret: "token", channel: "the room"},
	"msteams":                   {address: isWebhook},
	"nats":                      {address: isAnything, channel: "the subject"},
	"opsgenie":                  {address: isWebhook, secret: "token"},
	"otel":                      {address: isWebhook},
	"pagerduty":                 {address: isWebhook, channel: "the routing key"},
	"rocket":                    {address: isWebhook},
	"sentry":                    {address: isWebhook},
	"slack":                     {address: isWebhook},
	"telegram":                  {secret: "token", channel: "the chat"},
	"webex":                     {address: isWebhook, secret: "token", channel: "the room"},
	"zulip":                     {address: isWebhook, secret: "username and password", channel: "channel/topic"},
}

// validateProviderType checks a Provider against the rule of its type.
func validateProviderType(path *field.Path, provider *notificationv1beta3.ProviderSpec) field.ErrorList {
	rule, known := providerRules[provider.Type]
	if !known {
		return nil // the type is reported
	}
	var errs field.ErrorList
	switch {
	case rule.address != nil && provider.Address == "" && provider.SecretRef == nil:
		errs = append(errs, field.Required(path.Child("address"), "here, or in the Secret of secretRef"))
	case rule.address != nil && provider.Address != "" && !rule.address(provider.Address):
		errs = append(errs, validate.NotPrinted(path.Child("address"), "must be "+addressForms[provider.Type]))
	}
	if rule.secret != "" && provider.SecretRef == nil {
		errs = append(errs, field.Required(path.Child("secretRef"), "type "+provider.Type+" needs a Secret with "+rule.secret))
	}
	return append(errs, validateChannel(path.Child("channel"), provider, rule)...)
}

func validateChannel(path *field.Path, provider *notificationv1beta3.ProviderSpec, rule providerRule) field.ErrorList {
	channel, topic, _ := strings.Cut(provider.Channel, "/")
	switch {
	case rule.channel != "" && provider.Channel == "":
		return field.ErrorList{field.Required(path, "it is "+rule.channel)}
	case provider.Type == "zulip" && (channel == "" || topic == ""):
		return field.ErrorList{field.Invalid(path, provider.Channel, "must be channel/topic")}
	case provider.Type == "azureeventhub" && provider.Channel == "" && provider.SecretRef == nil && !strings.Contains(provider.Address, sharedAccessKey):
		return field.ErrorList{field.Required(path, "it is the namespace of the event hub")}
	}
	return nil
}

func isAnything(string) bool { return true }

func isWebhook(address string) bool {
	parsed, err := url.ParseRequestURI(address)
	return err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != ""
}

// isRepositoryOf is the form of a git repository whose path has so many segments,
// or at least one if it is 0.
//
// Upstream: parseGitAddress in internal/notifier of notification-controller.
func isRepositoryOf(segments int) addressForm {
	return func(address string) bool {
		var path string
		if parsed, err := url.Parse(address); err == nil && parsed.Host != "" {
			path = parsed.Path
		} else if parts := scpAddress.FindStringSubmatch(address); parts != nil {
			path = parts[1]
		}
		path = strings.TrimSuffix(strings.TrimLeft(path, "/"), ".git")
		return path != "" && (segments == 0 || strings.Count(path, "/") == segments-1)
	}
}

var scpAddress = regexp.MustCompile(`^[\w.-]+@[\w.-]+:(\S+)$`)

// isBitbucketServer is the form of an address to clone from.
//
// Upstream: parseBitbucketServerGitAddress in internal/notifier.
func isBitbucketServer(address string) bool {
	i := strings.LastIndex(address, "/scm/")
	return i >= 0 && isWebhook(address) && strings.Count(address[i+len("/scm/"):], "/") == 1
}

// addressForms are the forms, in words, of the types whose address has one.
var addressForms = func() map[string]string {
	forms := map[string]string{
		"azuredevops":     "the URL of a repository, such as https://dev.azure.com/org/project/_git/app",
		"bitbucketserver": "the URL to clone a repository from, such as https://host/scm/project/app.git",
	}
	for name, rule := range providerRules {
		switch {
		case forms[name] != "":
		case strings.HasPrefix(name, "git"), name == "bitbucket":
			forms[name] = "the URL of a repository, such as https://host/owner/app"
		case rule.address != nil:
			forms[name] = "a URL that starts with https:// or http://"
		}
	}
	return forms
}()

const sharedAccessKey = "SharedAccessKey"

// tokens are parts of an address after which a service puts its secret.
var tokens = map[string]*regexp.Regexp{
	"azureeventhub": regexp.MustCompile(sharedAccessKey),
	"discord":       regexp.MustCompile(`/webhooks/[^/]+/[^/]`),
	"lark":          regexp.MustCompile(`/hook/[^/]`),
	"msteams":       regexp.MustCompile(`\.webhook\.office\.com/webhook`),
	"rocket":        regexp.MustCompile(`/hooks/[^/]+/[^/]`),
	"slack":         regexp.MustCompile(`//hooks\.slack[^/]*/(services|workflows|triggers)/`),
}

// tokenParameter is a parameter of a query that is a secret.
var tokenParameter = regexp.MustCompile(`(?i)[?&](sig|[a-z_-]*(key|token|secret|password))=[^&]`)

// hasToken reports whether an address carries a token or credentials.
func hasToken(providerType, address string) bool {
	form := tokens[providerType]
	return validate.HasCredentials(address) || tokenParameter.MatchString(address) || form != nil && form.MatchString(address)
}
