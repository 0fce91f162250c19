package flux_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type gitOption = flux.GitRepositoryOption

var gitRepository = kind[*sourcev1.GitRepository, gitOption]{
	build: func(opts ...gitOption) (*sourcev1.GitRepository, error) {
		return flux.GitRepository("dev-team", "apps", "https://github.com/org/apps.git", opts...)
	},
	fn: func(f func(*sourcev1.GitRepository) error) gitOption {
		return flux.GitRepositoryFunc(f)
	},
	nilFunc: flux.GitRepositoryFunc(nil),
	options: []sets[gitOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Shard("shard1"), `metadata: {labels: {sharding.fluxcd.io/key: shard1}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Timeout(30 * time.Second), `spec: {timeout: 30s}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.Branch("main"), `spec: {ref: {branch: main}}`},
		{flux.Tag("v1.0.0"), `spec: {ref: {tag: v1.0.0}}`},
		{flux.SemVer(">=1.0.0"), `spec: {ref: {semver: ">=1.0.0"}}`},
		{flux.RefName("refs/pull/420/head"), `spec: {ref: {name: refs/pull/420/head}}`},
		{flux.Commit("363a6a8fe6a7f13e05d34c163b0ef02a777da20a"), `spec: {ref: {commit: 363a6a8fe6a7f13e05d34c163b0ef02a777da20a}}`},
		{flux.SecretRef("git"), `spec: {secretRef: {name: git}}`},
		{flux.ProxySecretRef("proxy"), `spec: {proxySecretRef: {name: proxy}}`},
		{flux.AuthProvider("github"), `spec: {provider: github}`},
		{flux.Ignore("/docs\n"), `spec: {ignore: "/docs\n"}`},
		{flux.SubModules(true), `spec: {recurseSubmodules: true}`},
		{flux.SparseCheckout{"apps", "base"}, `spec: {sparseCheckout: [apps, base]}`},
		{
			flux.Include{GitRepositoryRef: meta.LocalObjectReference{Name: "base"}, FromPath: "deploy", ToPath: "base"},
			`spec: {include: [{repository: {name: base}, fromPath: deploy, toPath: base}]}`,
		},
		{
			flux.VerifyGit{Mode: sourcev1.ModeGitTagAndHEAD, SecretRef: meta.LocalObjectReference{Name: "keys"}},
			`spec: {verify: {mode: TagAndHEAD, secretRef: {name: keys}}}`,
		},
	},
	together: [][]gitOption{{flux.AuthProvider("azure"), flux.ServiceAccount("git")}},
	invalid: []refuses[gitOption]{
		{
			name:    "name and interval",
			options: with[gitOption](gitNamed("Dev_Team"), flux.Interval(0)),
			faults: []string{
				`metadata.name: Invalid value: "Dev_Team": ` + notSubdomain,
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
			},
		},
		{
			name:    "namespace",
			options: with(gitOption(flux.GitRepositoryFunc(func(repo *sourcev1.GitRepository) error { repo.Namespace = "a.b"; return nil }))),
			faults:  []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
		},
		{
			name:    "label and annotation",
			options: with[gitOption](flux.Labels{"team": "dev team"}, flux.Annotations{"a/b/c": ""}),
			faults: []string{
				`metadata.labels: Invalid value: "dev team": ` + notLabelValue,
				`metadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
			},
		},
		{
			name:    "no URL",
			options: with(gitURL("")),
			faults:  []string{`spec.url: Required value`},
		},
		{
			name:    "scp form",
			options: with(gitURL("git@github.com:org/apps.git")),
			faults:  []string{`spec.url: Invalid value: "REDACTED@github.com:org/apps.git": must start with http://, https://, ssh://`},
		},
		{
			name:     "no host",
			options:  with(gitURL("https:///apps.git")),
			faults:   []string{`spec.url: Invalid value: "https:///apps.git": must have a host`},
			stricter: "there is nowhere to connect to",
		},
		{
			name:     "credentials in the URL",
			options:  with(gitURL("https://user:hunter2@github.com/org/apps.git")),
			faults:   []string{`spec.url: Invalid value: "https://REDACTED@github.com/org/apps.git": must not carry credentials: keep them in a Secret and refer to it`},
			stricter: "the object is not a Secret",
		},
		{
			name:    "negative interval",
			options: with[gitOption](flux.Interval(-time.Minute)),
			faults:  []string{`spec.interval: Invalid value: "-1m0s": must be greater than 0s`},
		},
		{
			name:    "interval in microseconds",
			options: with[gitOption](flux.Interval(5 * time.Microsecond)),
			faults:  []string{`spec.interval: Invalid value: "5µs": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`},
		},
		{
			name:    "timeout of an hour",
			options: with[gitOption](flux.Timeout(time.Hour)),
			faults:  []string{`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`},
		},
		{
			name:    "provider",
			options: with[gitOption](flux.AuthProvider("gitlab")),
			faults:  []string{`spec.provider: Unsupported value: "gitlab": supported values: "generic", "aws", "azure", "github"`},
		},
		{
			name:    "account without a cloud",
			options: with[gitOption](flux.ServiceAccount("git")),
			faults:  []string{`spec.serviceAccountName: Invalid value: "git": may be set only when provider is "aws" or "azure"`},
		},
		{
			name:    "empty references",
			options: with[gitOption](flux.SecretRef(""), flux.ProxySecretRef("Proxy"), flux.VerifyGit{}, flux.Include{}),
			faults: []string{
				`spec.secretRef.name: Required value`,
				`spec.proxySecretRef.name: Invalid value: "Proxy": ` + notSubdomain,
				`spec.include[0].repository.name: Required value`,
				`spec.verify.secretRef.name: Required value`,
			},
			stricter: "the controller would look for a Secret without a name",
		},
		{
			name: "paths that climb out",
			options: with[gitOption](flux.SparseCheckout{"ok", "../other"}, flux.Include{
				GitRepositoryRef: meta.LocalObjectReference{Name: "base"}, FromPath: "a/../..", ToPath: `..\b`,
			}),
			faults: []string{
				`spec.include[0].fromPath: Invalid value: "a/../..": must not contain ".."`,
				`spec.include[0].toPath: Invalid value: "..\\b": must not contain ".."`,
				`spec.sparseCheckout[1]: Invalid value: "../other": must not contain ".."`,
			},
			stricter: "CVE-2022-24877",
		},
		{
			name:    "reference",
			options: with[gitOption](flux.SemVer("latest"), flux.Commit("HEAD")),
			faults: []string{
				`spec.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.ref.commit: Invalid value: "HEAD": must match ^[0-9a-f]{40}([0-9a-f]{24})?$`,
			},
			stricter: "the controller fails to parse them",
		},
		{
			name:    "verification mode",
			options: with[gitOption](flux.VerifyGit{Mode: "Commit", SecretRef: meta.LocalObjectReference{Name: "keys"}}),
			faults:  []string{`spec.verify.mode: Unsupported value: "Commit": supported values: "head", "HEAD", "Tag", "TagAndHEAD"`},
		},
	},
}

func TestGitRepository(t *testing.T) { gitRepository.test(t) }

// An error is printed to logs and CI output that more people read than the
// manifest.
func TestErrorsShowNoCredentials(t *testing.T) {
	for _, url := range []string{
		"https://user:hunter2@github.com/org/apps.git",
		"https://hunter2@github.com/org/apps.git",
		"user:hunter2@github.com:org/apps.git",
		"ssh://git:hunter2@github.com/org/apps.git",
		"https://github.com/%zz?token=hunter2",
		"https://user:hunter2@github.com:port/org/apps.git",
		"ftp://user:hunter2@github.com/@/apps.git",
	} {
		if _, err := flux.GitRepository("dev-team", "apps", url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error shows the credentials: %v", url, err)
		}
	}
}

func gitNamed(name string) gitOption {
	return flux.GitRepositoryFunc(func(repo *sourcev1.GitRepository) error { repo.Name = name; return nil })
}

func gitURL(url string) gitOption {
	return flux.GitRepositoryFunc(func(repo *sourcev1.GitRepository) error { repo.Spec.URL = url; return nil })
}
