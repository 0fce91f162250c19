package tenancy

import "k8s.io/apimachinery/pkg/runtime/schema"

// cloudRules are rules on the identities that Flux uses at a cloud.
func cloudRules() []Rule {
	return []Rule{
		cloud("git-cloud", kinds(gitRepository), "github"),
		cloud("cloud", kinds(ociRepository, imageRepository, bucket)),
		{
			ID: "helm-cloud", Class: Identities, Kinds: kinds(helmRepository), Field: "spec.provider",
			Lets:    "reads what source-controller's own cloud identity may read",
			Message: "a HelmRepository can name no account, so source-controller would use its own: use an OCIRepository with a serviceAccountName",
			must:    every{"spec.provider", oneOf("", "generic")},
		},
		{
			ID: "provider-cloud", Class: Identities, Kinds: kinds(provider), Field: "spec.serviceAccountName",
			Lets:    "sends to a cloud with notification-controller's own identity; a Secret without a token does not prevent it",
			Message: "name the account that authenticates: notification-controller may use its own identity otherwise",
			must:    either{every{"spec.type", oneOf(providersWithoutIdentity...)}, named("spec.serviceAccountName")},
		},
		{
			ID: "input-cloud", Class: Identities, Kinds: kinds(inputProvider), Field: "spec.serviceAccountName",
			Lets:    "reads what flux-operator's own cloud identity may read, such as the platform's repositories",
			Message: "name the account that authenticates: flux-operator may use its own identity otherwise",
			must:    either{every{"spec.type", oneOf(inputsWithoutIdentity...)}, named("spec.serviceAccountName")},
		},
		{
			ID: "provider-google", Class: Identities, Kinds: kinds(provider), Field: "spec.secretRef",
			Lets:    "has notification-controller send its own token elsewhere, by credentials of type external_account in the Secret",
			Message: "must not be used with googlepubsub: Google credentials may tell the controller to send its own token elsewhere; name an account",
			must:    either{every{"spec.type", noneOf("googlepubsub")}, absent("spec.secretRef")},
		},
	}
}

// cloud is the rule on the provider of a source. An unknown value counts as a cloud.
func cloud(id string, kinds []schema.GroupKind, harmless ...string) Rule {
	return Rule{
		ID: id, Class: Identities, Kinds: kinds, Field: "spec.serviceAccountName",
		Lets:    "reads what the controller's own cloud identity may read, such as the platform's buckets and registries",
		Message: "with a cloud provider name the account that authenticates to it; for a Secret with keys use provider generic",
		must:    either{every{"spec.provider", oneOf(append([]string{"", "generic"}, harmless...)...)}, named("spec.serviceAccountName")},
	}
}

// providersWithoutIdentity are the types of a notification Provider for which
// notification-controller sends the credentials of the Secret, or none. For any other
// type it may use its own identity.
var providersWithoutIdentity = []string{
	"alertmanager", "bitbucket", "bitbucketserver", "datadog", "discord", "generic", "generic-hmac",
	"gitea", "giteapullrequestcomment", "github", "githubdispatch", "githubpullrequestcomment",
	"gitlab", "gitlabmergerequestcomment", "googlechat", "grafana", "lark", "matrix", "msteams",
	"nats", "opsgenie", "otel", "pagerduty", "rocket", "sentry", "slack", "telegram", "webex", "zulip",
}

// inputsWithoutIdentity are the types of a ResourceSetInputProvider for which
// flux-operator sends the credentials of the Secret, or none. For any other type it
// may use its own identity.
var inputsWithoutIdentity = []string{
	"Static", "ExternalService", "OCIArtifactTag",
	"GitHubBranch", "GitHubPullRequest", "GitHubTag",
	"GitLabBranch", "GitLabEnvironment", "GitLabMergeRequest", "GitLabTag",
	"GiteaBranch", "GiteaPullRequest", "GiteaTag",
}
