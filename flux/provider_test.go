package flux_test

import (
	"strings"
	"testing"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var provider = buildtest.Kind[*notificationv1beta3.Provider]{
	Build: func(obj *notificationv1beta3.Provider) (*notificationv1beta3.Provider, error) {
		return flux.Provider(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *notificationv1beta3.Provider) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &notificationv1beta3.Provider{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "git"},
		Spec:       notificationv1beta3.ProviderSpec{Type: "github", SecretRef: &meta.LocalObjectReference{Name: "token"}},
	},
	Accepts: []string{
		`spec: {timeout: 30s}`,
		`spec: {suspend: true}`,
		`spec: {secretRef: {name: other}}`,
		`spec: {certSecretRef: {name: tls}}`,
		`spec: {proxySecretRef: {name: proxy}}`,
		`spec: {address: https://github.com/org/app}`,
		`spec: {channel: general}`,
		`spec: {username: flux}`,
		`spec: {commitStatusExpr: event.involvedObject.name}`,
		`spec: {type: googlepubsub, secretRef: null, serviceAccountName: publisher, address: my-project, channel: my-topic}`,
		`spec: {type: slack, secretRef: null, address: "https://slack.com/api/chat.postMessage"}`,
		`spec: {type: slack}`,
		`spec: {address: "git@github.com:org/app.git"}`,
		`spec: {type: gitlab, address: https://gitlab.com/a/b/c}`,
		`spec: {type: bitbucketserver, address: https://host/context/scm/project/app.git}`,
		`spec: {type: azuredevops, secretRef: null, address: https://dev.azure.com/org/project/_git/app}`,
		`spec: {type: azureeventhub, secretRef: null, address: hub, channel: namespace}`,
		`spec: {type: telegram, channel: "-1"}`,
		`spec: {type: datadog}`,
		`spec: {type: nats, secretRef: null, address: "nats.example.com:4222", channel: flux}`,
		`spec: {type: zulip, address: https://zulip.example.com, channel: flux/alerts}`,
		`spec: {type: pagerduty, address: https://events.pagerduty.com, channel: key}`,
		`spec: {type: generic, secretRef: null, address: "http://hook.dev-team:8080/a?b=c"}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "no type",
			Change: `spec: {type: ""}`,
			Faults: []string{`spec.type: Required value`},
		},
		{
			Name:   "type",
			Change: `spec: {type: irc}`,
			Faults: []string{`spec.type: Unsupported value: "irc": supported values: "alertmanager", "azuredevops", ...`},
		},
		{
			Name:     "credentials in the address",
			Change:   `spec: {type: nats, channel: a, address: "nats://user:hunter2@nats.example.com"}`,
			Faults:   []string{`spec.address: Invalid value: must not carry a token or credentials: keep it in the Secret of secretRef, under the key address`},
			Stricter: "the object is not a Secret",
		},
		{
			Name:   "lengths",
			Change: `spec: {type: azureeventhub, address: ` + strings.Repeat("a", 2049) + `, channel: ` + strings.Repeat("b", 2049) + `, username: ` + strings.Repeat("c", 2049) + `}`,
			Faults: []string{
				`spec.address: Invalid value: must have at most 2048 characters, has 2049`,
				`spec.channel: Invalid value: "` + strings.Repeat("b", 2049) + `": must have at most 2048 characters, has 2049`,
				`spec.username: Invalid value: "` + strings.Repeat("c", 2049) + `": must have at most 2048 characters, has 2049`,
			},
		},
		{
			Name:   "deprecated fields",
			Change: `spec: {interval: "1ns", proxy: "socks5://proxy"}`,
			Faults: []string{
				`spec.interval: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
				`spec.proxy: Invalid value: "socks5://proxy": must start with http://, https://`,
			},
		},
		{
			Name:   "timeout, references",
			Change: `spec: {certSecretRef: {name: ""}, proxySecretRef: {name: ""}, secretRef: {name: ""}, timeout: 1h}`,
			Faults: []string{
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				`spec.secretRef.name: Required value`,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
			},
		},
		{
			Name:     "account without workload identity",
			Change:   `spec: {serviceAccountName: publisher}`,
			Faults:   []string{`spec.serviceAccountName: Invalid value: "publisher": is supported only for the types "azureeventhub", "azuredevops", "googlepubsub"`},
			Stricter: "Flux ignores it without a word",
		},
		{
			Name:   "commit status without commits",
			Change: `spec: {commitStatusExpr: "'a'", type: slack}`,
			Faults: []string{`spec.commitStatusExpr: Invalid value: "'a'": is supported only for the types "github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"`},
		},
		{
			Name:     "nowhere to send to",
			Change:   `spec: {type: slack, secretRef: null}`,
			Faults:   []string{`spec.address: Required value: here, or in the Secret of secretRef`},
			Stricter: "each event fails",
		},
		{
			Name:     "no scheme",
			Change:   `spec: {type: slack, secretRef: null, address: hooks.slack.com/x}`,
			Faults:   []string{`spec.address: Invalid value: must be a URL that starts with https:// or http://`},
			Stricter: "each event fails",
		},
		{
			Name:     "no token",
			Change:   `spec: {secretRef: null, address: https://github.com/org/app}`,
			Faults:   []string{`spec.secretRef: Required value: type github needs a Secret with token, or the data of a GitHub App`},
			Stricter: "each event fails",
		},
		{
			Name:     "not a repository",
			Change:   `spec: {address: https://github.com/org}`,
			Faults:   []string{`spec.address: Invalid value: must be the URL of a repository, such as https://host/owner/app`},
			Stricter: "each event fails",
		},
		{
			Name:     "not a repository to clone",
			Change:   `spec: {type: bitbucketserver, address: https://host/projects/a/repos/b}`,
			Faults:   []string{`spec.address: Invalid value: must be the URL to clone a repository from, such as https://host/scm/project/app.git`},
			Stricter: "each event fails",
		},
		{
			Name:     "a short address of Azure",
			Change:   `spec: {type: azuredevops, address: https://dev.azure.com/org/app}`,
			Faults:   []string{`spec.address: Invalid value: must be the URL of a repository, such as https://dev.azure.com/org/project/_git/app`},
			Stricter: "each event fails",
		},
		{
			Name:   "no channel",
			Change: `spec: {type: telegram, secretRef: null}`,
			Faults: []string{
				`spec.secretRef: Required value: type telegram needs a Secret with token`,
				`spec.channel: Required value: it is the chat`,
			},
			Stricter: "each event fails",
		},
		{
			Name:     "a channel without a topic",
			Change:   `spec: {type: zulip, address: https://zulip.example.com, channel: flux}`,
			Faults:   []string{`spec.channel: Invalid value: "flux": must be channel/topic`},
			Stricter: "each event fails",
		},
		{
			Name:     "an event hub of no namespace",
			Change:   `spec: {type: azureeventhub, secretRef: null, address: hub}`,
			Faults:   []string{`spec.channel: Required value: it is the namespace of the event hub`},
			Stricter: "each event fails",
		},
	},
}

func TestProvider(t *testing.T) { provider.Test(t) }
