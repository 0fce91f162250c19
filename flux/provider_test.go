package flux_test

import (
	"strings"
	"testing"
	"time"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type providerOption = flux.ProviderOption

var provider = kind[*notificationv1beta3.Provider, providerOption]{
	build: func(opts ...providerOption) (*notificationv1beta3.Provider, error) {
		return flux.Provider("dev-team", "git", "github", opts...)
	},
	fn:      func(f func(*notificationv1beta3.Provider) error) providerOption { return flux.ProviderFunc(f) },
	nilFunc: flux.ProviderFunc(nil),
	options: []sets[providerOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Timeout(30 * time.Second), `spec: {timeout: 30s}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.SecretRef("token"), `spec: {secretRef: {name: token}}`},
		{flux.CertSecretRef("tls"), `spec: {certSecretRef: {name: tls}}`},
		{flux.ProxySecretRef("proxy"), `spec: {proxySecretRef: {name: proxy}}`},
		{flux.Address("https://github.com/org/app"), `spec: {address: "https://github.com/org/app"}`},
		{flux.Channel("general"), `spec: {channel: general}`},
		{flux.Username("flux"), `spec: {username: flux}`},
		{flux.CommitStatusExpr("event.involvedObject.name"), `spec: {commitStatusExpr: event.involvedObject.name}`},
	},
	together: [][]providerOption{{providerType("googlepubsub"), flux.ServiceAccount("publisher")}},
	invalid: []refuses[providerOption]{
		{
			name:    "no type",
			options: with(providerType("")),
			faults:  []string{`spec.type: Required value`},
		},
		{
			name:    "type",
			options: with(providerType("irc")),
			faults:  []string{`spec.type: Unsupported value: "irc": supported values: "slack", "discord", "msteams", ...`},
		},
		{
			name:     "credentials in the address",
			options:  with[providerOption](flux.Address("nats://user:hunter2@nats.example.com")),
			faults:   []string{`spec.address: Invalid value: must not carry credentials: keep the address in a Secret and refer to it`},
			stricter: "the object is not a Secret",
		},
		{
			name:    "lengths",
			options: with[providerOption](flux.Address(strings.Repeat("a", 2049)), flux.Channel(strings.Repeat("b", 2049)), flux.Username(strings.Repeat("c", 2049))),
			faults: []string{
				`spec.address: Invalid value: must have at most 2048 characters, has 2049`,
				`spec.channel: Invalid value: "` + strings.Repeat("b", 2049) + `": must have at most 2048 characters, has 2049`,
				`spec.username: Invalid value: "` + strings.Repeat("c", 2049) + `": must have at most 2048 characters, has 2049`,
			},
		},
		{
			name: "deprecated fields",
			options: with(providerOption(flux.ProviderFunc(func(provider *notificationv1beta3.Provider) error {
				provider.Spec.Interval = &metav1.Duration{Duration: 1}
				provider.Spec.Proxy = "socks5://proxy"
				return nil
			}))),
			faults: []string{
				`spec.interval: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
				`spec.proxy: Invalid value: "socks5://proxy": must start with http://, https://`,
			},
		},
		{
			name:    "timeout, references",
			options: with[providerOption](flux.Timeout(time.Hour), flux.SecretRef(""), flux.CertSecretRef(""), flux.ProxySecretRef("")),
			faults: []string{
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				`spec.secretRef.name: Required value`,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
			},
		},
		{
			name:     "account without workload identity",
			options:  with[providerOption](flux.ServiceAccount("publisher")),
			faults:   []string{`spec.serviceAccountName: Invalid value: "publisher": is supported only for the types "azureeventhub", "azuredevops", "googlepubsub"`},
			stricter: "Flux ignores it without a word",
		},
		{
			name:    "commit status without commits",
			options: with[providerOption](providerType("slack"), flux.CommitStatusExpr("'a'")),
			faults:  []string{`spec.commitStatusExpr: Invalid value: "'a'": is supported only for the types "github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"`},
		},
	},
}

func TestProvider(t *testing.T) { provider.test(t) }

func providerType(name string) providerOption {
	return flux.ProviderFunc(func(provider *notificationv1beta3.Provider) error { provider.Spec.Type = name; return nil })
}
