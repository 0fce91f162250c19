package flux_test

import (
	"testing"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var imageUpdateAutomation = buildtest.Kind[*automationv1.ImageUpdateAutomation]{
	Build: func(obj *automationv1.ImageUpdateAutomation) (*automationv1.ImageUpdateAutomation, error) {
		return flux.ImageUpdateAutomation(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *automationv1.ImageUpdateAutomation) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &automationv1.ImageUpdateAutomation{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "images"},
		Spec: automationv1.ImageUpdateAutomationSpec{
			SourceRef: automationv1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "other"},
			GitSpec: &automationv1.GitSpec{
				Commit: automationv1.CommitSpec{Author: automationv1.CommitUser{Email: "bot@example.com"}},
			},
		},
	},
	Default: func(obj *automationv1.ImageUpdateAutomation) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultReconcileInterval
		}
	},
	Accepts: []string{
		`spec: {interval: 5m}`,
		`spec: {suspend: true}`,
		`spec: {sourceRef: {namespace: platform}}`,
		`spec: {git: {commit: {author: {email: b@example.com, name: Bot}}}}`,
		`spec: {git: {checkout: {ref: {branch: main}}}}`,
		`spec: {git: {commit: {signingKey: {secretRef: {name: key}, type: ssh}}}}`,
		`spec: {git: {commit: {messageTemplate: "Update {{ .Values.env }}"}}}`,
		`spec: {git: {commit: {messageTemplateValues: {env: staging}}}}`,
		`spec: {git: {push: {branch: updates}}}`,
		`spec: {git: {push: {refspec: "refs/heads/main:refs/for/main"}}}`,
		`spec: {git: {push: {options: {merge_request.create: ""}}}}`,
		`spec: {update: {path: ./apps, strategy: Setters}}`,
		`spec: {policySelector: {matchExpressions: [{key: env, operator: In, values: [staging]}], matchLabels: {team: dev}}}`,
		`spec: {git: {checkout: {ref: {tag: v1}}, push: {branch: updates}}}`,
		`spec: {git: {commit: {messageTemplate: "{{ range $file, $_ := .Changed.FileChanges }}{{ $file }}: {{ $.Values.team | upper }}{{ end }} {{ .AutomationObject.Name }}"}}}`,
		`spec: {git: {push: {refspec: "refs/heads/*:refs/for/*"}}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "no source, no author",
			Change: `spec: {git: {commit: {author: {email: "", name: Bot}}}, interval: "-1m", sourceRef: {kind: "", name: ""}}`,
			Faults: []string{
				`spec.sourceRef: Required value`,
				`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
				`spec.git.commit.author.email: Required value`,
			},
		},
		{
			Name:   "a source that is not git",
			Change: `spec: {sourceRef: {kind: OCIRepository, name: "", namespace: A}}`,
			Faults: []string{
				`spec.sourceRef.kind: Unsupported value: "OCIRepository": supported values: "GitRepository"`,
				`spec.sourceRef.name: Required value`,
				`spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
			},
		},
		{
			Name:   "nothing about git",
			Change: `spec: {git: null, update: {path: ../.., strategy: Regexp}}`,
			Faults: []string{
				`spec.git: Required value: a GitRepository cannot be written to without it`,
				`spec.update.strategy: Unsupported value: "Regexp": supported values: "Setters"`,
				`spec.update.path: Invalid value: "../..": must not contain ".."`,
			},
		},
		{
			Name:   "signing key, refspec",
			Change: `spec: {git: {commit: {signingKey: {secretRef: {name: ""}, type: x509}}, push: {refspec: "+refs/heads/main"}}}`,
			Faults: []string{
				`spec.git.commit.signingKey.type: Unsupported value: "x509": supported values: "gpg", "ssh"`,
				`spec.git.commit.signingKey.secretRef.name: Required value`,
				`spec.git.push.refspec: Invalid value: "+refs/heads/main": must match ^$|^[^+:]`,
			},
		},
		{
			Name:   "nowhere to push to",
			Change: `spec: {git: {checkout: {ref: {commit: abc, semver: latest}}}}`,
			Faults: []string{
				`spec.git.checkout.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.git.checkout.ref.commit: Invalid value: "abc": must match ^[0-9a-f]{40}([0-9a-f]{24})?$`,
				`spec.git.push.branch: Required value: what is checked out is not a branch`,
			},
			Stricter: "the controller refuses them",
		},
		{
			Name:   "selector",
			Change: `spec: {policySelector: {matchExpressions: [{key: a, operator: Like}], matchLabels: {a: "b c"}}}`,
			Faults: []string{
				`spec.policySelector.matchLabels: Invalid value: "b c": ` + notLabelValue,
				`spec.policySelector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`,
			},
			Stricter: "the controller stalls",
		},
		{
			Name:     "a template that does not parse",
			Change:   `spec: {git: {commit: {messageTemplate: "{{.Nope"}}}`,
			Faults:   []string{`spec.git.commit.messageTemplate: Invalid value: must be a Go template: message:1: unclosed action`},
			Stricter: "the first commit fails",
		},
		{
			Name:     "a function that does not exist",
			Change:   `spec: {git: {commit: {messageTemplate: "{{ now }}"}}}`,
			Faults:   []string{`spec.git.commit.messageTemplate: Invalid value: must be a Go template: message:1: function "now" not defined`},
			Stricter: "the first commit fails",
		},
		{
			Name:   "fields inside of range and with",
			Change: `spec: {git: {commit: {messageTemplate: "{{ range .Changed.Changes }}{{ .Nope }}{{ end }}{{ with .Changed }}{{ .Nope }}{{ end }}{{ range $file, $objects := .Changed.FileChanges }}{{ range $object, $changes := $objects }}{{ $object.UID }}{{ $file.Name }}{{ end }}{{ end }}{{ $c := .Changed }}{{ $c.Files }}{{ (.Changed).Files }}"}}}`,
			Faults: []string{
				`spec.git.commit.messageTemplate: Invalid value: a change has no .Nope, only .NewValue, .OldValue, .Setter`,
				`spec.git.commit.messageTemplate: Invalid value: .Changed has no .Nope, only .Changes, .FileChanges, .Objects`,
				`spec.git.commit.messageTemplate: Invalid value: an object has no .UID, only .APIVersion, .GetAPIVersion, .GetKind, .GetName, .GetNamespace, .Kind, .Name, .NameMeta, .Namespace, .ResourceIdentifier, .TypeMeta`,
				`spec.git.commit.messageTemplate: Invalid value: a string has no .Name`,
				`spec.git.commit.messageTemplate: Invalid value: .Changed has no .Files, only .Changes, .FileChanges, .Objects`,
				`spec.git.commit.messageTemplate: Invalid value: .Changed has no .Files, only .Changes, .FileChanges, .Objects`,
			},
			Stricter: "the first commit fails",
		},
		{
			Name:     "a template that is not defined",
			Change:   `spec: {git: {commit: {messageTemplate: "{{ define \"a\" }}{{ .Anything }}{{ end }}{{ template \"a\" . }}{{ template \"b\" . }}"}}}`,
			Faults:   []string{`spec.git.commit.messageTemplate: Invalid value: calls the template b, which it does not define`},
			Stricter: "the first commit fails",
		},
		{
			Name:   "fields that are gone",
			Change: `spec: {git: {commit: {messageTemplate: "{{ range .Updated.Images }}{{ end }}{{ with .Changed }}{{ $.Updated }}{{ end }}{{ (.Changed.ImageResult) }}"}}}`,
			Faults: []string{
				`spec.git.commit.messageTemplate: Invalid value: .Updated is gone: use .Changed`,
				`spec.git.commit.messageTemplate: Invalid value: .Updated is gone: use .Changed`,
				`spec.git.commit.messageTemplate: Invalid value: .Changed.ImageResult is gone: use .Changed.FileChanges or .Changed.Objects`,
			},
			Stricter: "the controller stalls",
		},
		{
			Name:   "fields that never were",
			Change: `spec: {git: {commit: {messageTemplate: "{{ if .Foo }}{{ .AutomationObject.Kind | lower }}{{ end }}"}}}`,
			Faults: []string{
				`spec.git.commit.messageTemplate: Invalid value: has no .Foo, only .AutomationObject, .Changed, .Values`,
				`spec.git.commit.messageTemplate: Invalid value: .AutomationObject has no .Kind, only .Name, .Namespace, .String`,
			},
			Stricter: "the first commit fails",
		},
		{
			Name:   "what is pushed where",
			Change: `spec: {git: {push: {branch: "a b", refspec: main}}, update: {path: ".\\apps"}}`,
			Faults: []string{
				`spec.git.push.branch: Invalid value: "a b": must be a name that git accepts, without spaces, .. and any of ~^:?*[\`,
				`spec.git.push.refspec: Invalid value: "main": must be source:destination, such as refs/heads/main:refs/for/main`,
				`spec.update.path: Invalid value: ".\\apps": must have / between directories, not a backslash`,
			},
			Stricter: "git rejects them",
		},
	},
}

func TestImageUpdateAutomation(t *testing.T) { imageUpdateAutomation.Test(t) }
