package flux_test

import (
	"strings"
	"testing"
	"time"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type providerOption = flux.ProviderOption

var provider = kind[*notificationv1beta3.Provider, providerOption]{
	Kind: buildtest.Kind[*notificationv1beta3.Provider, providerOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...providerOption) (*notificationv1beta3.Provider, error) {
			return flux.Provider("dev-team", "git", "github", opts...)
		},
		Func:    func(f func(*notificationv1beta3.Provider) error) providerOption { return flux.ProviderFunc(f) },
		NilFunc: flux.ProviderFunc(nil),
		Options: []buildtest.Sets[providerOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Timeout(30 * time.Second), YAML: `spec: {timeout: 30s}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.SecretRef("token"), YAML: `spec: {secretRef: {name: token}}`},
			{Option: flux.CertSecretRef("tls"), YAML: `spec: {certSecretRef: {name: tls}}`},
			{Option: flux.ProxySecretRef("proxy"), YAML: `spec: {proxySecretRef: {name: proxy}}`},
			{Option: flux.Address("https://github.com/org/app"), YAML: `spec: {address: "https://github.com/org/app"}`},
			{Option: flux.Channel("general"), YAML: `spec: {channel: general}`},
			{Option: flux.Username("flux"), YAML: `spec: {username: flux}`},
			{Option: flux.CommitStatusExpr("event.involvedObject.name"), YAML: `spec: {commitStatusExpr: event.involvedObject.name}`},
		},
		Invalid: []buildtest.Refuses[providerOption]{
			{
				Name:    "no type",
				Options: buildtest.With(providerType("")),
				Faults:  []string{`spec.type: Required value`},
			},
			{
				Name:    "type",
				Options: buildtest.With(providerType("irc")),
				Faults:  []string{`spec.type: Unsupported value: "irc": supported values: "slack", "discord", "msteams", ...`},
			},
			{
				Name:     "credentials in the address",
				Options:  buildtest.With[providerOption](flux.Address("nats://user:hunter2@nats.example.com")),
				Faults:   []string{`spec.address: Invalid value: must not carry credentials: keep the address in a Secret and refer to it`},
				Stricter: "the object is not a Secret",
			},
			{
				Name:    "lengths",
				Options: buildtest.With[providerOption](flux.Address(strings.Repeat("a", 2049)), flux.Channel(strings.Repeat("b", 2049)), flux.Username(strings.Repeat("c", 2049))),
				Faults: []string{
					`spec.address: Invalid value: must have at most 2048 characters, has 2049`,
					`spec.channel: Invalid value: "` + strings.Repeat("b", 2049) + `": must have at most 2048 characters, has 2049`,
					`spec.username: Invalid value: "` + strings.Repeat("c", 2049) + `": must have at most 2048 characters, has 2049`,
				},
			},
			{
				Name: "deprecated fields",
				Options: buildtest.With(providerOption(flux.ProviderFunc(func(provider *notificationv1beta3.Provider) error {
					provider.Spec.Interval = &metav1.Duration{Duration: 1}
					provider.Spec.Proxy = "socks5://proxy"
					return nil
				}))),
				Faults: []string{
					`spec.interval: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
					`spec.proxy: Invalid value: "socks5://proxy": must start with http://, https://`,
				},
			},
			{
				Name:    "timeout, references",
				Options: buildtest.With[providerOption](flux.Timeout(time.Hour), flux.SecretRef(""), flux.CertSecretRef(""), flux.ProxySecretRef("")),
				Faults: []string{
					`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
					`spec.secretRef.name: Required value`,
					`spec.certSecretRef.name: Required value`,
					`spec.proxySecretRef.name: Required value`,
				},
			},
			{
				Name:     "account without workload identity",
				Options:  buildtest.With[providerOption](flux.ServiceAccount("publisher")),
				Faults:   []string{`spec.serviceAccountName: Invalid value: "publisher": is supported only for the types "azureeventhub", "azuredevops", "googlepubsub"`},
				Stricter: "Flux ignores it without a word",
			},
			{
				Name:    "commit status without commits",
				Options: buildtest.With[providerOption](providerType("slack"), flux.CommitStatusExpr("'a'")),
				Faults:  []string{`spec.commitStatusExpr: Invalid value: "'a'": is supported only for the types "github", "gitlab", "gitea", "bitbucketserver", "bitbucket", "azuredevops"`},
			},
		},
	},
	together: [][]providerOption{{providerType("googlepubsub"), flux.ServiceAccount("publisher")}},
}

func TestProvider(t *testing.T) { provider.Test(t) }

func providerType(name string) providerOption {
	return flux.ProviderFunc(func(provider *notificationv1beta3.Provider) error { provider.Spec.Type = name; return nil })
}
