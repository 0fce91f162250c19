package flux_test

import (
	"testing"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var receiver = buildtest.Kind[*notificationv1.Receiver]{
	Build: func(obj *notificationv1.Receiver) (*notificationv1.Receiver, error) {
		return flux.Receiver(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *notificationv1.Receiver) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &notificationv1.Receiver{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "github"},
		Spec: notificationv1.ReceiverSpec{
			Type:      "github",
			SecretRef: &meta.LocalObjectReference{Name: "token"},
			Resources: []notificationv1.ReceiverResource{{CrossNamespaceObjectReference: notificationv1.CrossNamespaceObjectReference{Kind: "GitRepository", Name: "other"}}},
		},
	},
	Default: func(obj *notificationv1.Receiver) {
		for i := range obj.Spec.Resources {
			if ref := &obj.Spec.Resources[i]; ref.Kind == "GitRepository" && ref.APIVersion == "" {
				ref.APIVersion = "source.toolkit.fluxcd.io/v1"
			}
		}
	},
	Accepts: []string{
		`spec: {interval: 5m}`,
		`spec: {suspend: true}`,
		`spec: {secretRef: {name: webhook}}`,
		`spec: {events: [push, ping]}`,
		`spec: {resourceFilter: "req.tag == res.metadata.name"}`,
		`spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other}, {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, name: other, namespace: platform}]}`,
		`spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other}, {apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, matchLabels: {team: dev}, name: "*"}]}`,
		`spec: {oidcProviders: [{audience: flux, issuerURL: https://token.actions.githubusercontent.com, validations: [{expression: "vars.owner == 'org'", message: "not ours"}], variables: [{expression: claims.repository_owner, name: owner}]}], secretRef: null, type: generic-oidc}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "nothing given",
			Change: `spec: {resources: null, secretRef: null, type: ""}`,
			Faults: []string{
				`spec.type: Required value`,
				`spec.resources: Required value: a Receiver without resources does nothing`,
				`spec.secretRef: Required value: for every type but generic-oidc`,
			},
		},
		{
			Name:   "type and interval",
			Change: `spec: {interval: 0s, type: svn}`,
			Faults: []string{
				`spec.type: Unsupported value: "svn": supported values: "generic", "generic-hmac", "generic-oidc", ...`,
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
			},
		},
		{
			Name:     "all of a kind, without labels",
			Change:   `spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other}, {apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: "*"}]}`,
			Faults:   []string{`spec.resources[1].matchLabels: Required value: name is "*"`},
			Stricter: "the controller answers every call with an error",
		},
		{
			Name:   "another group's version",
			Change: `spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1beta2, kind: GitRepository, name: a}, {apiVersion: v1, kind: GitRepository, name: a}, {apiVersion: image.toolkit.fluxcd.io/v1, kind: GitRepository, name: a}]}`,
			Faults: []string{
				`spec.resources[1].apiVersion: Invalid value: "v1": must be of the group of GitRepository, such as source.toolkit.fluxcd.io/v1`,
				`spec.resources[2].apiVersion: Invalid value: "image.toolkit.fluxcd.io/v1": must be of the group of GitRepository, such as source.toolkit.fluxcd.io/v1`,
			},
			Stricter: "the controller answers every call with an error",
		},
		{
			Name:   "a kind that Flux does not have",
			Change: `spec: {resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: other}, {kind: Deployment, name: web}]}`,
			Faults: []string{`spec.resources[1].kind: Unsupported value: "Deployment": supported values: "ArtifactGenerator", "Bucket", ...`},
		},
		{
			Name:   "secret without a name, issuer without a use",
			Change: `spec: {oidcProviders: [{audience: flux, issuerURL: https://token.actions.githubusercontent.com, validations: [{expression: "vars.owner == 'org'", message: "not ours"}], variables: [{expression: claims.repository_owner, name: owner}]}], secretRef: {name: ""}}`,
			Faults: []string{
				`spec.oidcProviders: Forbidden: may be set only when type is generic-oidc`,
				`spec.secretRef.name: Required value`,
			},
		},
		{
			Name:   "tokens and a secret",
			Change: `spec: {oidcProviders: [{audience: flux, issuerURL: https://token.actions.githubusercontent.com, validations: [{expression: "vars.owner == 'org'", message: "not ours"}], variables: [{expression: claims.repository_owner, name: owner}]}], type: generic-oidc}`,
			Faults: []string{`spec.secretRef: Forbidden: must not be set when type is generic-oidc`},
		},
		{
			Name:   "no issuer",
			Change: `spec: {secretRef: null, type: generic-oidc}`,
			Faults: []string{`spec.oidcProviders: Required value: when type is generic-oidc`},
		},
		{
			Name:   "issuers",
			Change: `spec: {oidcProviders: [{audience: flux, issuerURL: https://token.actions.githubusercontent.com, validations: [{expression: "vars.owner == 'org'", message: "not ours"}], variables: [{expression: claims.repository_owner, name: owner}]}, {audience: flux, issuerURL: https://token.actions.githubusercontent.com, validations: [{expression: "vars.owner == 'org'", message: "not ours"}], variables: [{expression: claims.repository_owner, name: owner}]}, {issuerURL: token.example.com, validations: null}, {issuerURL: https://token.example.com, validations: [{expression: "", message: ""}], variables: [{expression: "", name: ""}]}], secretRef: null, type: generic-oidc}`,
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
}

func TestReceiver(t *testing.T) { receiver.Test(t) }
