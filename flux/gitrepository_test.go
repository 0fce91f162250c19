package flux_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type gitOption = flux.GitRepositoryOption

var gitRepository = kind[*sourcev1.GitRepository, gitOption]{
	Kind: buildtest.Kind[*sourcev1.GitRepository, gitOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...gitOption) (*sourcev1.GitRepository, error) {
			return flux.GitRepository("dev-team", "apps", "https://github.com/org/apps.git", opts...)
		},
		Func: func(f func(*sourcev1.GitRepository) error) gitOption {
			return flux.GitRepositoryFunc(f)
		},
		NilFunc: flux.GitRepositoryFunc(nil),
		Options: []buildtest.Sets[gitOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Shard("shard1"), YAML: `metadata: {labels: {sharding.fluxcd.io/key: shard1}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Timeout(30 * time.Second), YAML: `spec: {timeout: 30s}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.Branch("main"), YAML: `spec: {ref: {branch: main}}`},
			{Option: flux.Tag("v1.0.0"), YAML: `spec: {ref: {tag: v1.0.0}}`},
			{Option: flux.SemVer(">=1.0.0"), YAML: `spec: {ref: {semver: ">=1.0.0"}}`},
			{Option: flux.RefName("refs/pull/420/head"), YAML: `spec: {ref: {name: refs/pull/420/head}}`},
			{Option: flux.Commit("363a6a8fe6a7f13e05d34c163b0ef02a777da20a"), YAML: `spec: {ref: {commit: 363a6a8fe6a7f13e05d34c163b0ef02a777da20a}}`},
			{Option: flux.SecretRef("git"), YAML: `spec: {secretRef: {name: git}}`},
			{Option: flux.ProxySecretRef("proxy"), YAML: `spec: {proxySecretRef: {name: proxy}}`},
			{Option: flux.AuthProvider("github"), YAML: `spec: {provider: github}`},
			{Option: flux.Ignore("/docs\n"), YAML: `spec: {ignore: "/docs\n"}`},
			{Option: flux.SubModules(true), YAML: `spec: {recurseSubmodules: true}`},
			{Option: flux.SparseCheckout{"apps", "base"}, YAML: `spec: {sparseCheckout: [apps, base]}`},
			{
				Option: flux.Include{GitRepositoryRef: meta.LocalObjectReference{Name: "base"}, FromPath: "deploy", ToPath: "base"},
				YAML:   `spec: {include: [{repository: {name: base}, fromPath: deploy, toPath: base}]}`,
			},
			{
				Option: flux.VerifyGit{Mode: sourcev1.ModeGitTagAndHEAD, SecretRef: meta.LocalObjectReference{Name: "keys"}},
				YAML:   `spec: {verify: {mode: TagAndHEAD, secretRef: {name: keys}}}`,
			},
		},
		Invalid: []buildtest.Refuses[gitOption]{
			{
				Name:    "name and interval",
				Options: buildtest.With[gitOption](gitNamed("Dev_Team"), flux.Interval(0)),
				Faults: []string{
					`metadata.name: Invalid value: "Dev_Team": ` + notSubdomain,
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
				},
			},
			{
				Name:    "namespace",
				Options: buildtest.With(gitOption(flux.GitRepositoryFunc(func(repo *sourcev1.GitRepository) error { repo.Namespace = "a.b"; return nil }))),
				Faults:  []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
			},
			{
				Name:    "label and annotation",
				Options: buildtest.With[gitOption](flux.Labels{"team": "dev team"}, flux.Annotations{"a/b/c": ""}),
				Faults: []string{
					`metadata.labels: Invalid value: "dev team": ` + notLabelValue,
					`metadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
				},
			},
			{
				Name:    "no URL",
				Options: buildtest.With(gitURL("")),
				Faults:  []string{`spec.url: Required value`},
			},
			{
				Name:    "scp form",
				Options: buildtest.With(gitURL("git@github.com:org/apps.git")),
				Faults:  []string{`spec.url: Invalid value: "REDACTED@github.com:org/apps.git": must start with http://, https://, ssh://`},
			},
			{
				Name:     "no host",
				Options:  buildtest.With(gitURL("https:///apps.git")),
				Faults:   []string{`spec.url: Invalid value: "https:///apps.git": must have a host`},
				Stricter: "there is nowhere to connect to",
			},
			{
				Name:     "credentials in the URL",
				Options:  buildtest.With(gitURL("https://user:hunter2@github.com/org/apps.git")),
				Faults:   []string{`spec.url: Invalid value: "https://REDACTED@github.com/org/apps.git": must not carry credentials: keep them in a Secret and refer to it`},
				Stricter: "the object is not a Secret",
			},
			{
				Name:    "negative interval",
				Options: buildtest.With[gitOption](flux.Interval(-time.Minute)),
				Faults:  []string{`spec.interval: Invalid value: "-1m0s": must be greater than 0s`},
			},
			{
				Name:    "interval in microseconds",
				Options: buildtest.With[gitOption](flux.Interval(5 * time.Microsecond)),
				Faults:  []string{`spec.interval: Invalid value: "5µs": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`},
			},
			{
				Name:    "timeout of an hour",
				Options: buildtest.With[gitOption](flux.Timeout(time.Hour)),
				Faults:  []string{`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`},
			},
			{
				Name:    "provider",
				Options: buildtest.With[gitOption](flux.AuthProvider("gitlab")),
				Faults:  []string{`spec.provider: Unsupported value: "gitlab": supported values: "generic", "aws", "azure", "github"`},
			},
			{
				Name:    "account without a cloud",
				Options: buildtest.With[gitOption](flux.ServiceAccount("git")),
				Faults:  []string{`spec.serviceAccountName: Invalid value: "git": may be set only when provider is "aws" or "azure"`},
			},
			{
				Name:    "empty references",
				Options: buildtest.With[gitOption](flux.SecretRef(""), flux.ProxySecretRef("Proxy"), flux.VerifyGit{}, flux.Include{}),
				Faults: []string{
					`spec.secretRef.name: Required value`,
					`spec.proxySecretRef.name: Invalid value: "Proxy": ` + notSubdomain,
					`spec.include[0].repository.name: Required value`,
					`spec.verify.secretRef.name: Required value`,
				},
				Stricter: "the controller would look for a Secret without a name",
			},
			{
				Name: "paths that climb out",
				Options: buildtest.With[gitOption](flux.SparseCheckout{"ok", "../other"}, flux.Include{
					GitRepositoryRef: meta.LocalObjectReference{Name: "base"}, FromPath: "a/../..", ToPath: `..\b`,
				}),
				Faults: []string{
					`spec.include[0].fromPath: Invalid value: "a/../..": must not contain ".."`,
					`spec.include[0].toPath: Invalid value: "..\\b": must not contain ".."`,
					`spec.sparseCheckout[1]: Invalid value: "../other": must not contain ".."`,
				},
				Stricter: "CVE-2022-24877",
			},
			{
				Name:    "reference",
				Options: buildtest.With[gitOption](flux.SemVer("latest"), flux.Commit("HEAD")),
				Faults: []string{
					`spec.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
					`spec.ref.commit: Invalid value: "HEAD": must match ^[0-9a-f]{40}([0-9a-f]{24})?$`,
				},
				Stricter: "the controller fails to parse them",
			},
			{
				Name:    "verification mode",
				Options: buildtest.With[gitOption](flux.VerifyGit{Mode: "Commit", SecretRef: meta.LocalObjectReference{Name: "keys"}}),
				Faults:  []string{`spec.verify.mode: Unsupported value: "Commit": supported values: "head", "HEAD", "Tag", "TagAndHEAD"`},
			},
		},
	},
	together: [][]gitOption{{flux.AuthProvider("azure"), flux.ServiceAccount("git")}},
}

func TestGitRepository(t *testing.T) { gitRepository.Test(t) }

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
