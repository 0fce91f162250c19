package flux_test

import (
	"testing"
	"time"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type automationOption = flux.ImageUpdateAutomationOption

var imageUpdateAutomation = kind[*automationv1.ImageUpdateAutomation, automationOption]{
	build: func(opts ...automationOption) (*automationv1.ImageUpdateAutomation, error) {
		return flux.ImageUpdateAutomation("dev-team", "images", flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}),
			flux.Author{Email: "bot@example.com"}, opts...)
	},
	fn: func(f func(*automationv1.ImageUpdateAutomation) error) automationOption {
		return flux.ImageUpdateAutomationFunc(f)
	},
	nilFunc: flux.ImageUpdateAutomationFunc(nil),
	options: []sets[automationOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.From(&sourcev1.GitRepository{ObjectMeta: elsewhere}), `spec: {sourceRef: {kind: GitRepository, name: other, namespace: platform}}`},
		{flux.Author{Name: "Bot", Email: "b@example.com"}, `spec: {git: {commit: {author: {name: Bot, email: b@example.com}}}}`},
		{flux.Checkout{Branch: "main"}, `spec: {git: {checkout: {ref: {branch: main}}}}`},
		{
			flux.SigningKey{Type: "ssh", SecretRef: meta.LocalObjectReference{Name: "key"}},
			`spec: {git: {commit: {signingKey: {type: ssh, secretRef: {name: key}}}}}`,
		},
		{flux.CommitMessage("Update {{ .Values.env }}"), `spec: {git: {commit: {messageTemplate: "Update {{ .Values.env }}"}}}`},
		{flux.CommitMessageValues{"env": "staging"}, `spec: {git: {commit: {messageTemplateValues: {env: staging}}}}`},
		{flux.PushBranch("updates"), `spec: {git: {push: {branch: updates}}}`},
		{flux.PushRefspec("refs/heads/main:refs/for/main"), `spec: {git: {push: {refspec: "refs/heads/main:refs/for/main"}}}`},
		{flux.PushOptions{"merge_request.create": ""}, `spec: {git: {push: {options: {merge_request.create: ""}}}}`},
		{flux.Path("./apps"), `spec: {update: {strategy: Setters, path: ./apps}}`},
		{
			flux.PolicySelector{MatchLabels: map[string]string{"team": "dev"}, MatchExpressions: []metav1.LabelSelectorRequirement{
				{Key: "env", Operator: metav1.LabelSelectorOpIn, Values: []string{"staging"}},
			}},
			`spec: {policySelector: {matchLabels: {team: dev}, matchExpressions: [{key: env, operator: In, values: [staging]}]}}`,
		},
	},
	together: [][]automationOption{{flux.Checkout{Tag: "v1"}, flux.PushBranch("updates")}},
	invalid: []refuses[automationOption]{
		{
			name:    "no source, no author",
			options: with[automationOption](flux.From(nil), flux.Author{Name: "Bot"}, flux.Interval(0)),
			faults: []string{
				`spec.sourceRef: Required value`,
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.git.commit.author.email: Required value`,
			},
		},
		{
			name:    "a source that is not git",
			options: with[automationOption](flux.From(&sourcev1.OCIRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}})),
			faults: []string{
				`spec.sourceRef.kind: Unsupported value: "OCIRepository": supported values: "GitRepository"`,
				`spec.sourceRef.name: Required value`,
				`spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
			},
		},
		{
			name: "nothing about git",
			options: with(automationOption(flux.ImageUpdateAutomationFunc(func(automation *automationv1.ImageUpdateAutomation) error {
				automation.Spec.GitSpec = nil
				automation.Spec.Update = &automationv1.UpdateStrategy{Strategy: "Regexp", Path: "../.."}
				return nil
			}))),
			faults: []string{
				`spec.git: Required value: a GitRepository cannot be written to without it`,
				`spec.update.strategy: Unsupported value: "Regexp": supported values: "Setters"`,
				`spec.update.path: Invalid value: "../..": must not contain ".."`,
			},
		},
		{
			name:    "signing key, refspec",
			options: with[automationOption](flux.SigningKey{Type: "x509"}, flux.PushRefspec("+refs/heads/main")),
			faults: []string{
				`spec.git.commit.signingKey.type: Unsupported value: "x509": supported values: "gpg", "ssh"`,
				`spec.git.commit.signingKey.secretRef.name: Required value`,
				`spec.git.push.refspec: Invalid value: "+refs/heads/main": must match ^$|^[^+:]`,
			},
		},
		{
			name:    "nowhere to push to",
			options: with[automationOption](flux.Checkout{SemVer: "latest", Commit: "abc"}),
			faults: []string{
				`spec.git.checkout.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.git.checkout.ref.commit: Invalid value: "abc": must match ^[0-9a-f]{40}([0-9a-f]{24})?$`,
				`spec.git.push.branch: Required value: what is checked out is no branch`,
			},
			stricter: "the controller refuses them",
		},
		{
			name:    "selector",
			options: with[automationOption](flux.PolicySelector{MatchLabels: map[string]string{"a": "b c"}, MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Like"}}}),
			faults: []string{
				`spec.policySelector.matchLabels: Invalid value: "b c": ` + notLabelValue,
				`spec.policySelector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`,
			},
			stricter: "the controller stalls",
		},
	},
}

func TestImageUpdateAutomation(t *testing.T) { imageUpdateAutomation.test(t) }
