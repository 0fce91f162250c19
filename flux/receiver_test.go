package flux_test

import (
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
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
	Kind: buildtest.Kind[*notificationv1.Receiver, receiverOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...receiverOption) (*notificationv1.Receiver, error) {
			return flux.Receiver("dev-team", "github", "github", flux.Objects(&sourcev1.GitRepository{ObjectMeta: inDevTeam}),
				append(buildtest.With[receiverOption](flux.SecretRef("token")), opts...)...)
		},
		Func:    func(f func(*notificationv1.Receiver) error) receiverOption { return flux.ReceiverFunc(f) },
		NilFunc: flux.ReceiverFunc(nil),
		Options: []buildtest.Sets[receiverOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.SecretRef("webhook"), YAML: `spec: {secretRef: {name: webhook}}`},
			{Option: flux.Events{"push", "ping"}, YAML: `spec: {events: [push, ping]}`},
			{Option: flux.ResourceFilter("req.tag == res.metadata.name"), YAML: `spec: {resourceFilter: req.tag == res.metadata.name}`},
			{
				Option: flux.Objects(&kustomizev1.Kustomization{ObjectMeta: elsewhere}),
				YAML: `spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other},
			  {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, name: other, namespace: platform}]}`,
			},
			{
				Option: flux.AllOf("ImageRepository", map[string]string{"team": "dev"}),
				YAML: `spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other},
			  {apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, name: "*", matchLabels: {team: dev}}]}`,
			},
		},
		Invalid: []buildtest.Refuses[receiverOption]{
			{
				Name: "nothing given",
				Options: buildtest.With(receiverOption(flux.ReceiverFunc(func(receiver *notificationv1.Receiver) error {
					receiver.Spec = notificationv1.ReceiverSpec{}
					return nil
				}))),
				Faults: []string{
					`spec.type: Required value`,
					`spec.resources: Required value: a Receiver for nothing wakes nothing`,
					`spec.secretRef: Required value: for every type but generic-oidc`,
				},
			},
			{
				Name:    "type and interval",
				Options: buildtest.With[receiverOption](receiverType("svn"), flux.Interval(0)),
				Faults: []string{
					`spec.type: Unsupported value: "svn": supported values: "generic", "generic-hmac", "generic-oidc", ...`,
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
				},
			},
			{
				Name:     "all of a kind, without labels",
				Options:  buildtest.With[receiverOption](flux.AllOf("GitRepository", nil)),
				Faults:   []string{`spec.resources[1].matchLabels: Required value: name is "*"`},
				Stricter: "the controller answers every call with an error",
			},
			{
				Name:    "a kind that Flux does not have",
				Options: buildtest.With[receiverOption](flux.References{{Kind: "Deployment", Name: "web"}}),
				Faults:  []string{`spec.resources[1].kind: Unsupported value: "Deployment": supported values: "ArtifactGenerator", "Bucket", ...`},
			},
			{
				Name:    "secret without a name, issuer without a use",
				Options: buildtest.With[receiverOption](flux.SecretRef(""), githubActions),
				Faults:  []string{`spec.oidcProviders: Forbidden: may be set only when type is generic-oidc`, `spec.secretRef.name: Required value`},
			},
			{
				Name:    "tokens and a secret",
				Options: buildtest.With[receiverOption](receiverType("generic-oidc"), githubActions),
				Faults:  []string{`spec.secretRef: Forbidden: must not be set when type is generic-oidc`},
			},
			{
				Name:    "no issuer",
				Options: buildtest.With[receiverOption](oidcOnly),
				Faults:  []string{`spec.oidcProviders: Required value: when type is generic-oidc`},
			},
			{
				Name: "issuers",
				Options: buildtest.With[receiverOption](oidcOnly, githubActions, githubActions, flux.OIDC{IssuerURL: "token.example.com"},
					flux.OIDC{IssuerURL: "https://token.example.com", Variables: []notificationv1.OIDCVariable{{}}, Validations: []notificationv1.OIDCValidation{{}}}),
				Faults: []string{
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
	},
	together: [][]receiverOption{{githubActions, oidcOnly}},
}

func TestReceiver(t *testing.T) { receiver.Test(t) }

func receiverType(name string) receiverOption {
	return flux.ReceiverFunc(func(receiver *notificationv1.Receiver) error { receiver.Spec.Type = name; return nil })
}
