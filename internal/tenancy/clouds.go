package tenancy

import "k8s.io/apimachinery/pkg/runtime/schema"

// cloud is the rule on the provider of a source. Any value that it does not know
// is a cloud.
func cloud(id string, kinds []schema.GroupKind, harmless ...string) Rule {
	return Rule{
		ID: id, Class: Identities, Kinds: kinds, Field: "spec.serviceAccountName",
		Lets:    "reads what the controller's own cloud identity may read, such as the platform's buckets and registries",
		Message: "with a cloud provider name the account that authenticates to it; for a Secret with keys use provider generic",
		must:    either{every{"spec.provider", oneOf(append([]string{"", "generic"}, harmless...)...)}, named("spec.serviceAccountName")},
	}
}

// providersWithoutIdentity are the types of a notification Provider for which
// notification-controller sends what the Secret holds, or nothing. Any other type
// may have it use an identity of its own.
var providersWithoutIdentity = []string{
	"alertmanager", "bitbucket", "bitbucketserver", "datadog", "discord", "generic", "generic-hmac",
	"gitea", "giteapullrequestcomment", "github", "githubdispatch", "githubpullrequestcomment",
	"gitlab", "gitlabmergerequestcomment", "googlechat", "grafana", "lark", "matrix", "msteams",
	"nats", "opsgenie", "otel", "pagerduty", "rocket", "sentry", "slack", "telegram", "webex", "zulip",
}
