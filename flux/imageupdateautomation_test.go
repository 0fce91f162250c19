package flux_test

import (
	"testing"
	"time"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type automationOption = flux.ImageUpdateAutomationOption

var imageUpdateAutomation = kind[*automationv1.ImageUpdateAutomation, automationOption]{
	Kind: buildtest.Kind[*automationv1.ImageUpdateAutomation, automationOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...automationOption) (*automationv1.ImageUpdateAutomation, error) {
			return flux.ImageUpdateAutomation("dev-team", "images", flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}),
				flux.Author{Email: "bot@example.com"}, opts...)
		},
		Func: func(f func(*automationv1.ImageUpdateAutomation) error) automationOption {
			return flux.ImageUpdateAutomationFunc(f)
		},
		NilFunc: flux.ImageUpdateAutomationFunc(nil),
		Options: []buildtest.Sets[automationOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.From(&sourcev1.GitRepository{ObjectMeta: elsewhere}), YAML: `spec: {sourceRef: {kind: GitRepository, name: other, namespace: platform}}`},
			{Option: flux.Author{Name: "Bot", Email: "b@example.com"}, YAML: `spec: {git: {commit: {author: {name: Bot, email: b@example.com}}}}`},
			{Option: flux.Checkout{Branch: "main"}, YAML: `spec: {git: {checkout: {ref: {branch: main}}}}`},
			{
				Option: flux.SigningKey{Type: "ssh", SecretRef: meta.LocalObjectReference{Name: "key"}},
				YAML:   `spec: {git: {commit: {signingKey: {type: ssh, secretRef: {name: key}}}}}`,
			},
			{Option: flux.CommitMessage("Update {{ .Values.env }}"), YAML: `spec: {git: {commit: {messageTemplate: "Update {{ .Values.env }}"}}}`},
			{Option: flux.CommitMessageValues{"env": "staging"}, YAML: `spec: {git: {commit: {messageTemplateValues: {env: staging}}}}`},
			{Option: flux.PushBranch("updates"), YAML: `spec: {git: {push: {branch: updates}}}`},
			{Option: flux.PushRefspec("refs/heads/main:refs/for/main"), YAML: `spec: {git: {push: {refspec: "refs/heads/main:refs/for/main"}}}`},
			{Option: flux.PushOptions{"merge_request.create": ""}, YAML: `spec: {git: {push: {options: {merge_request.create: ""}}}}`},
			{Option: flux.Path("./apps"), YAML: `spec: {update: {strategy: Setters, path: ./apps}}`},
			{
				Option: flux.PolicySelector{MatchLabels: map[string]string{"team": "dev"}, MatchExpressions: []metav1.LabelSelectorRequirement{
					{Key: "env", Operator: metav1.LabelSelectorOpIn, Values: []string{"staging"}},
				}},
				YAML: `spec: {policySelector: {matchLabels: {team: dev}, matchExpressions: [{key: env, operator: In, values: [staging]}]}}`,
			},
		},
		Invalid: []buildtest.Refuses[automationOption]{
			{
				Name:    "no source, no author",
				Options: buildtest.With[automationOption](flux.From(nil), flux.Author{Name: "Bot"}, flux.Interval(0)),
				Faults: []string{
					`spec.sourceRef: Required value`,
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
					`spec.git.commit.author.email: Required value`,
				},
			},
			{
				Name:    "a source that is not git",
				Options: buildtest.With[automationOption](flux.From(&sourcev1.OCIRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}})),
				Faults: []string{
					`spec.sourceRef.kind: Unsupported value: "OCIRepository": supported values: "GitRepository"`,
					`spec.sourceRef.name: Required value`,
					`spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
				},
			},
			{
				Name: "nothing about git",
				Options: buildtest.With(automationOption(flux.ImageUpdateAutomationFunc(func(automation *automationv1.ImageUpdateAutomation) error {
					automation.Spec.GitSpec = nil
					automation.Spec.Update = &automationv1.UpdateStrategy{Strategy: "Regexp", Path: "../.."}
					return nil
				}))),
				Faults: []string{
					`spec.git: Required value: a GitRepository cannot be written to without it`,
					`spec.update.strategy: Unsupported value: "Regexp": supported values: "Setters"`,
					`spec.update.path: Invalid value: "../..": must not contain ".."`,
				},
			},
			{
				Name:    "signing key, refspec",
				Options: buildtest.With[automationOption](flux.SigningKey{Type: "x509"}, flux.PushRefspec("+refs/heads/main")),
				Faults: []string{
					`spec.git.commit.signingKey.type: Unsupported value: "x509": supported values: "gpg", "ssh"`,
					`spec.git.commit.signingKey.secretRef.name: Required value`,
					`spec.git.push.refspec: Invalid value: "+refs/heads/main": must match ^$|^[^+:]`,
				},
			},
			{
				Name:    "nowhere to push to",
				Options: buildtest.With[automationOption](flux.Checkout{SemVer: "latest", Commit: "abc"}),
				Faults: []string{
					`spec.git.checkout.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
					`spec.git.checkout.ref.commit: Invalid value: "abc": must match ^[0-9a-f]{40}([0-9a-f]{24})?$`,
					`spec.git.push.branch: Required value: what is checked out is no branch`,
				},
				Stricter: "the controller refuses them",
			},
			{
				Name:    "selector",
				Options: buildtest.With[automationOption](flux.PolicySelector{MatchLabels: map[string]string{"a": "b c"}, MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Like"}}}),
				Faults: []string{
					`spec.policySelector.matchLabels: Invalid value: "b c": ` + notLabelValue,
					`spec.policySelector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`,
				},
				Stricter: "the controller stalls",
			},
		},
	},
	together: [][]automationOption{{flux.Checkout{Tag: "v1"}, flux.PushBranch("updates")}},
}

func TestImageUpdateAutomation(t *testing.T) { imageUpdateAutomation.Test(t) }
