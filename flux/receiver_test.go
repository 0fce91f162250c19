package flux_test

import (
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type receiverOption = flux.ReceiverOption

var (
	githubActions = flux.OIDC{
		IssuerURL:   "https://token.actions.githubusercontent.com",
		Audience:    "flux",
		Variables:   []notificationv1.OIDCVariable{{Name: "owner", Expression: "claims.repository_owner"}},
		Validations: []notificationv1.OIDCValidation{{Expression: "vars.owner == 'org'", Message: "not ours"}},
	}
	oidcOnly = flux.ReceiverFunc(func(receiver *notificationv1.Receiver) error {
		receiver.Spec.Type, receiver.Spec.SecretRef = "generic-oidc", nil
		return nil
	})
)

var receiver = kind[*notificationv1.Receiver, receiverOption]{
	build: func(opts ...receiverOption) (*notificationv1.Receiver, error) {
		return flux.Receiver("dev-team", "github", "github", flux.Objects(&sourcev1.GitRepository{ObjectMeta: inDevTeam}),
			append(with[receiverOption](flux.SecretRef("token")), opts...)...)
	},
	fn:      func(f func(*notificationv1.Receiver) error) receiverOption { return flux.ReceiverFunc(f) },
	nilFunc: flux.ReceiverFunc(nil),
	options: []sets[receiverOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.SecretRef("webhook"), `spec: {secretRef: {name: webhook}}`},
		{flux.Events{"push", "ping"}, `spec: {events: [push, ping]}`},
		{flux.ResourceFilter("req.tag == res.metadata.name"), `spec: {resourceFilter: req.tag == res.metadata.name}`},
		{
			flux.Objects(&kustomizev1.Kustomization{ObjectMeta: elsewhere}),
			`spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other},
			  {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, name: other, namespace: platform}]}`,
		},
		{
			flux.AllOf("ImageRepository", map[string]string{"team": "dev"}),
			`spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other},
			  {apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, name: "*", matchLabels: {team: dev}}]}`,
		},
	},
	together: [][]receiverOption{{githubActions, oidcOnly}},
	invalid: []refuses[receiverOption]{
		{
			name: "nothing given",
			options: with(receiverOption(flux.ReceiverFunc(func(receiver *notificationv1.Receiver) error {
				receiver.Spec = notificationv1.ReceiverSpec{}
				return nil
			}))),
			faults: []string{
				`spec.type: Required value`,
				`spec.resources: Required value: a Receiver for nothing wakes nothing`,
				`spec.secretRef: Required value: for every type but generic-oidc`,
			},
		},
		{
			name:    "type and interval",
			options: with[receiverOption](receiverType("svn"), flux.Interval(0)),
			faults: []string{
				`spec.type: Unsupported value: "svn": supported values: "generic", "generic-hmac", "generic-oidc", ...`,
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
			},
		},
		{
			name:     "all of a kind, without labels",
			options:  with[receiverOption](flux.AllOf("GitRepository", nil)),
			faults:   []string{`spec.resources[1].matchLabels: Required value: name is "*"`},
			stricter: "the controller answers every call with an error",
		},
		{
			name:    "a kind that Flux does not have",
			options: with[receiverOption](flux.References{{Kind: "Deployment", Name: "web"}}),
			faults:  []string{`spec.resources[1].kind: Unsupported value: "Deployment": supported values: "ArtifactGenerator", "Bucket", ...`},
		},
		{
			name:    "secret without a name, issuer without a use",
			options: with[receiverOption](flux.SecretRef(""), githubActions),
			faults:  []string{`spec.oidcProviders: Forbidden: may be set only when type is generic-oidc`, `spec.secretRef.name: Required value`},
		},
		{
			name:    "tokens and a secret",
			options: with[receiverOption](receiverType("generic-oidc"), githubActions),
			faults:  []string{`spec.secretRef: Forbidden: must not be set when type is generic-oidc`},
		},
		{
			name:    "no issuer",
			options: with[receiverOption](oidcOnly),
			faults:  []string{`spec.oidcProviders: Required value: when type is generic-oidc`},
		},
		{
			name: "issuers",
			options: with[receiverOption](oidcOnly, githubActions, githubActions, flux.OIDC{IssuerURL: "token.example.com"},
				flux.OIDC{IssuerURL: "https://token.example.com", Variables: []notificationv1.OIDCVariable{{}}, Validations: []notificationv1.OIDCValidation{{}}}),
			faults: []string{
				`spec.oidcProviders[1].issuerURL: Duplicate value: "https://token.actions.githubusercontent.com"`,
				`spec.oidcProviders[2].issuerURL: Invalid value: "token.example.com": must start with https://, http://`,
				`spec.oidcProviders[2].validations: Required value: without one, anybody with a token from the issuer may call`,
				`spec.oidcProviders[3].variables[0].name: Required value`,
				`spec.oidcProviders[3].variables[0].expression: Required value`,
				`spec.oidcProviders[3].validations[0].expression: Required value`,
				`spec.oidcProviders[3].validations[0].message: Required value`,
			},
		},
	},
}

func TestReceiver(t *testing.T) { receiver.test(t) }

func receiverType(name string) receiverOption {
	return flux.ReceiverFunc(func(receiver *notificationv1.Receiver) error { receiver.Spec.Type = name; return nil })
}
