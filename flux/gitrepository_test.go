package flux_test

import (
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var gitRepository = buildtest.Kind[*sourcev1.GitRepository]{
	Build: func(obj *sourcev1.GitRepository) (*sourcev1.GitRepository, error) {
		return flux.GitRepository(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *sourcev1.GitRepository) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &sourcev1.GitRepository{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"},
		Spec:       sourcev1.GitRepositorySpec{URL: "https://github.com/org/apps.git"},
	},
	Default: func(obj *sourcev1.GitRepository) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultSourceInterval
		}
	},
	Accepts: []string{
		`metadata: {labels: {sharding.fluxcd.io/key: shard1}}`,
		`spec: {interval: 5m}`,
		`spec: {timeout: 30s}`,
		`spec: {suspend: true}`,
		`spec: {ref: {branch: main}}`,
		`spec: {ref: {tag: v1.0.0}}`,
		`spec: {ref: {semver: ">=1.0.0"}}`,
		`spec: {ref: {name: refs/pull/420/head}}`,
		`spec: {ref: {commit: "363a6a8fe6a7f13e05d34c163b0ef02a777da20a"}}`,
		`spec: {secretRef: {name: git}}`,
		`spec: {proxySecretRef: {name: proxy}}`,
		`spec: {provider: github, secretRef: {name: app}}`,
		`spec: {ignore: "/docs\n"}`,
		`spec: {recurseSubmodules: true}`,
		`spec: {sparseCheckout: [apps, base]}`,
		`spec: {include: [{fromPath: deploy, repository: {name: base}, toPath: base}]}`,
		`spec: {ref: {semver: 1.x}, verify: {mode: TagAndHEAD, secretRef: {name: keys}}}`,
		`spec: {provider: azure, serviceAccountName: git}`,
		`spec: {url: "ssh://git@github.com/org/apps.git", secretRef: {name: key}}`,
		`spec: {ref: {name: HEAD}}`,
		`spec: {ref: {name: "refs/tags/v1^{}"}, verify: {mode: Tag, secretRef: {name: keys}}}`,
		`spec: {ref: {branch: main}, verify: {mode: HEAD, secretRef: {name: keys}}}`,
		`spec: {provider: aws, url: https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/apps}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name: "name and interval",
			Change: `metadata: {name: Dev_Team}
spec: {interval: "-1m"}`,
			Faults: []string{
				`metadata.name: Invalid value: "Dev_Team": ` + notSubdomain,
				`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
			},
		},
		{
			Name:   "namespace",
			Change: `metadata: {namespace: a.b}`,
			Faults: []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
		},
		{
			Name:   "label and annotation",
			Change: `metadata: {annotations: {a/b/c: ""}, labels: {team: "dev team"}}`,
			Faults: []string{
				`metadata.labels: Invalid value: "dev team": ` + notLabelValue,
				`metadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
			},
		},
		{
			Name:   "no URL",
			Change: `spec: {url: ""}`,
			Faults: []string{`spec.url: Required value`},
		},
		{
			Name:   "scp form",
			Change: `spec: {url: "git@github.com:org/apps.git"}`,
			Faults: []string{`spec.url: Invalid value: "git@github.com:org/apps.git": must be a URL: write ssh://git@github.com/org/apps.git`},
		},
		{
			Name:     "no host",
			Change:   `spec: {url: https:///apps.git}`,
			Faults:   []string{`spec.url: Invalid value: "https:///apps.git": must have a host`},
			Stricter: "there is nowhere to connect to",
		},
		{
			Name:     "credentials in the URL",
			Change:   `spec: {url: "https://user:hunter2@github.com/org/apps.git"}`,
			Faults:   []string{`spec.url: Invalid value: "https://REDACTED@github.com/org/apps.git": must not carry credentials: keep them in a Secret and refer to it`},
			Stricter: "the object is not a Secret",
		},
		{
			Name:   "negative interval",
			Change: `spec: {interval: "-1m"}`,
			Faults: []string{`spec.interval: Invalid value: "-1m0s": must be greater than 0s`},
		},
		{
			Name:   "interval in microseconds",
			Change: `spec: {interval: "5µs"}`,
			Faults: []string{`spec.interval: Invalid value: "5µs": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`},
		},
		{
			Name:   "timeout of an hour",
			Change: `spec: {timeout: 1h}`,
			Faults: []string{`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`},
		},
		{
			Name:   "provider",
			Change: `spec: {provider: gitlab}`,
			Faults: []string{`spec.provider: Unsupported value: "gitlab": supported values: "generic", "aws", "azure", "github"`},
		},
		{
			Name:   "account without a cloud",
			Change: `spec: {serviceAccountName: git}`,
			Faults: []string{`spec.serviceAccountName: Invalid value: "git": may be set only when provider is "aws" or "azure"`},
		},
		{
			Name:   "empty references",
			Change: `spec: {include: [{repository: {name: ""}}], proxySecretRef: {name: Proxy}, secretRef: {name: ""}, verify: {secretRef: {name: ""}}}`,
			Faults: []string{
				`spec.secretRef.name: Required value`,
				`spec.proxySecretRef.name: Invalid value: "Proxy": ` + notSubdomain,
				`spec.include[0].repository.name: Required value`,
				`spec.verify.secretRef.name: Required value`,
			},
			Stricter: "the controller would look for a Secret without a name",
		},
		{
			Name:   "paths that climb out",
			Change: `spec: {include: [{fromPath: a/../.., repository: {name: base}, toPath: "..\\b"}], sparseCheckout: [ok, ../other]}`,
			Faults: []string{
				`spec.include[0].fromPath: Invalid value: "a/../..": must not contain ".."`,
				`spec.include[0].toPath: Invalid value: "..\\b": must not contain ".."`,
				`spec.sparseCheckout[1]: Invalid value: "../other": must not contain ".."`,
			},
			Stricter: "CVE-2022-24877",
		},
		{
			Name:   "reference",
			Change: `spec: {ref: {commit: HEAD, semver: latest}}`,
			Faults: []string{
				`spec.ref.semver: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.ref.commit: Invalid value: "HEAD": must match ^[0-9a-f]{40}([0-9a-f]{24})?$`,
			},
			Stricter: "the controller fails to parse them",
		},
		{
			Name:   "verification mode",
			Change: `spec: {verify: {mode: Commit, secretRef: {name: keys}}}`,
			Faults: []string{`spec.verify.mode: Unsupported value: "Commit": supported values: "head", "HEAD", "Tag", "TagAndHEAD"`},
		},
		{
			Name:     "ssh without a key",
			Change:   `spec: {url: "ssh://git@github.com/org/apps.git"}`,
			Faults:   []string{`spec.secretRef: Required value: an ssh:// URL needs a Secret with identity and known_hosts`},
			Stricter: "the controller fails: 'identity' is required",
		},
		{
			Name:     "GitHub App without its data",
			Change:   `spec: {provider: github}`,
			Faults:   []string{`spec.secretRef: Required value: provider github needs a Secret with the data of a GitHub App`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "a short reference",
			Change:   `spec: {ref: {name: main}}`,
			Faults:   []string{`spec.ref.name: Invalid value: "main": must be a full name that starts with refs/, such as refs/heads/main`},
			Stricter: "the controller looks for a full name",
		},
		{
			Name:   "names of references",
			Change: `spec: {ref: {branch: "a b", tag: "v1:", name: refs/heads/a..b}}`,
			Faults: []string{
				`spec.ref.branch: Invalid value: "a b": must be a name that git accepts, without spaces, .. and any of ~^:?*[\`,
				`spec.ref.tag: Invalid value: "v1:": must be a name that git accepts, without spaces, .. and any of ~^:?*[\`,
				`spec.ref.name: Invalid value: "refs/heads/a..b": must be a name that git accepts, without spaces, .. and any of ~^:?*[\`,
			},
			Stricter: "no repository has them",
		},
		{
			Name:     "tags of a branch",
			Change:   `spec: {ref: {branch: main}, verify: {mode: Tag, secretRef: {name: keys}}}`,
			Faults:   []string{`spec.verify.mode: Invalid value: "Tag": needs a tag: ref.tag, ref.semver or ref.name with refs/tags/`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "tags of a commit",
			Change:   `spec: {ref: {tag: v1, commit: 363a6a8fe6a7f13e05d34c163b0ef02a777da20a}, verify: {mode: TagAndHEAD, secretRef: {name: keys}}}`,
			Faults:   []string{`spec.verify.mode: Invalid value: "TagAndHEAD": needs a tag: ref.tag, ref.semver or ref.name with refs/tags/`},
			Stricter: "the commit wins over the tag",
		},
		{
			Name:     "it includes itself",
			Change:   `spec: {include: [{repository: {name: apps}}]}`,
			Faults:   []string{`spec.include[0].repository.name: Invalid value: "apps": must not include itself: it would wait for its own artifact`},
			Stricter: "it would wait forever",
		},
		{
			Name:   "absolute and backslashed directories",
			Change: `spec: {sparseCheckout: [/apps, ".\\apps"]}`,
			Faults: []string{
				`spec.sparseCheckout[0]: Invalid value: "/apps": must be relative to the root of the repository`,
				`spec.sparseCheckout[1]: Invalid value: ".\\apps": must have / between directories, not a backslash`,
			},
			Stricter: "the controller finds no such directory",
		},
		{
			Name:     "CodeCommit elsewhere",
			Change:   `spec: {provider: aws}`,
			Faults:   []string{`spec.provider: Invalid value: "aws": works only for https://git-codecommit.<region>.amazonaws.com`},
			Stricter: "the controller fails to sign for it",
		},
	},
}

func TestGitRepository(t *testing.T) { gitRepository.Test(t) }
