package validate

import (
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func TestGitURL(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/org/x.git":        "",
		"ssh://git@github.com:22/org/x.git":   "",
		"git@github.com:org/x.git":            `Invalid value: "git@github.com:org/x.git": must be a URL: write ssh://git@github.com/org/x.git`,
		"git@github.com:/org/x.git":           `Invalid value: "git@github.com:/org/x.git": must be a URL: write ssh://git@github.com/org/x.git`,
		"ghp_hunter2@github.com:org/x.git":    `Invalid value: "REDACTED@github.com:org/x.git": must be a URL: write ssh://<user>@github.com/org/x.git`,
		"user:hunter2@github.com:org/x.git":   `Invalid value: "REDACTED@github.com:org/x.git": must start with http://, https://, ssh://`,
		"git://github.com/org/x.git":          `Invalid value: "git://github.com/org/x.git": must start with http://, https://, ssh://`,
		"https://hunter2@github.com/org/x":    `Invalid value: "https://REDACTED@github.com/org/x": must not carry credentials: keep them in a Secret and refer to it`,
		"ssh://git@github.com:org/x.git":      `Invalid value: "ssh://git@github.com:org/x.git": must be a URL`,
		"":                                    "Required value",
		"file:///tmp/x":                       `Invalid value: "file:///tmp/x": must start with http://, https://, ssh://`,
		"https://git@host:notaport/org/x.git": `Invalid value: "https://git@host:notaport/org/x.git": must be a URL`,
	} {
		if got := verdict(t, GitURL(path, url)); got != want {
			t.Errorf("GitURL(%q) = %s, want %s", url, got, want)
		}
	}
}

func TestSSHSecret(t *testing.T) {
	if got := verdict(t, SSHSecret(path, "ssh://git@host/x")); got != "Required value: an ssh:// URL needs a Secret with identity and known_hosts" {
		t.Errorf("without a Secret: %s", got)
	}
	if got := verdict(t, SSHSecret(path, "https://host/x")); got != "" {
		t.Errorf("with a Secret, and without ssh: %s", got)
	}
}

func TestReferences(t *testing.T) {
	for value, want := range map[string]struct{ branch, name, commit bool }{
		"":                   {true, true, true},
		"main":               {branch: true},
		"release/v1":         {branch: true},
		"HEAD":               {branch: true, name: true},
		"refs/heads/main":    {branch: true, name: true},
		"refs/pull/420/head": {branch: true, name: true},
		"refs/tags/v1^{}":    {name: true},
		"-a":                 {},
		"a/@":                {},
		"a-":                 {branch: true},
		"refs/tags/-a":       {branch: true, name: true},
		"a b":                {}, "a..b": {}, "/a": {}, "a/": {}, "a//b": {}, "a.lock": {}, "a/.b": {}, "a.": {}, "@": {}, "a@{1}": {}, `a\b`: {}, "a:b": {}, "a\n": {},
		"refs/heads/a b":         {},
		strings.Repeat("a", 40):  {branch: true, commit: true},
		strings.Repeat("0f", 32): {branch: true, commit: true},
		strings.Repeat("a", 39):  {branch: true},
		strings.Repeat("A", 40):  {branch: true},
	} {
		for rule, test := range map[string]struct {
			errs field.ErrorList
			ok   bool
		}{
			"OptionalBranch":  {OptionalBranch(path, value), want.branch},
			"OptionalRefName": {OptionalRefName(path, value), want.name},
			"OptionalCommit":  {OptionalCommit(path, value), want.commit},
		} {
			if got := len(test.errs) == 0; got != test.ok {
				t.Errorf("%s(%q) accepts: %v, want %v", rule, value, got, test.ok)
			}
		}
	}
}

func TestOCI(t *testing.T) {
	const form = "must be the name of a repository: host/path, the path of 2 to 255 characters, in lower case"
	for url, want := range map[string][2]string{ // OCIURL, OCIRegistryURL
		"oci://ghcr.io/org/app":               {},
		"oci://localhost:5000/app":            {},
		"oci://org/app":                       {}, // Docker Hub
		"oci://nginx":                         {}, // Docker Hub
		"oci://ghcr.io":                       {`Invalid value: "oci://ghcr.io": must have a repository after the host, such as oci://ghcr.io/org/app`, ""},
		"oci://ghcr.io/org/":                  {`Invalid value: "oci://ghcr.io/org/": ` + form, ""},
		"oci://ghcr.io/a":                     both(`Invalid value: "oci://ghcr.io/a": ` + form),
		"oci://ghcr.io/Org/app":               both(`Invalid value: "oci://ghcr.io/Org/app": ` + form),
		"oci://ghcr.io//app":                  both(`Invalid value: "oci://ghcr.io//app": ` + form),
		"oci://ghcr.io/org/app:1.2.3":         both(`Invalid value: "oci://ghcr.io/org/app:1.2.3": must not have a tag or digest`),
		"oci://ghcr.io/org/app@sha256:abc":    both(`Invalid value: "oci://ghcr.io/org/app@sha256:abc": must not have a tag or digest`),
		"oci://ghcr.io/org/app?token=hunter2": both(`Invalid value: "oci://ghcr.io/org/app?REDACTED": must not have a query or a fragment`),
		"oci://hunter2@ghcr.io/org/app":       both(`Invalid value: "oci://REDACTED@ghcr.io/org/app": must not carry credentials: keep them in a Secret and refer to it`),
		"https://ghcr.io/org/app":             both(`Invalid value: "https://ghcr.io/org/app": must start with oci://`),
		"":                                    both("Required value"),
	} {
		if got := verdict(t, OCIURL(path, url)); got != want[0] {
			t.Errorf("OCIURL(%q) = %s, want %s", url, got, want[0])
		}
		if got := verdict(t, OCIRegistryURL(path, url)); got != want[1] {
			t.Errorf("OCIRegistryURL(%q) = %s, want %s", url, got, want[1])
		}
	}
	hex := strings.Repeat("0f", 32)
	for digest, ok := range map[string]bool{
		"": true, "sha256:" + hex: true, "sha256:abc": false, "sha512:" + hex + hex: false, hex: false, "sha256:" + strings.ToUpper(hex): false,
	} {
		if got := len(OptionalDigest(path, digest)) == 0; got != ok {
			t.Errorf("OptionalDigest(%q) accepts: %v, want %v", digest, got, ok)
		}
	}
	for tag, ok := range map[string]bool{"": true, "1.2.3": true, "_a": true, "v1+build": false, "-a": false, strings.Repeat("a", 129): false} {
		if got := len(OptionalOCITag(path, tag)) == 0; got != ok {
			t.Errorf("OptionalOCITag(%q) accepts: %v, want %v", tag, got, ok)
		}
	}
}

func both(verdict string) [2]string { return [2]string{verdict, verdict} }

// FuzzOCIURL compares with what source-controller does with the URL of an
// OCIRepository. We accept less: no slash at the end or twice, since no registry
// serves such a repository, no host alone, and no credentials.
func FuzzOCIURL(f *testing.F) {
	for _, url := range []string{"oci://ghcr.io/org/app", "oci://ghcr.io", "oci://a/b", "oci://[::1]:5000/app", "oci://a:b/c", "oci://a.b/c:d", "oci://a b/cc", "oci://é/cc", "oci://ghcr.io/a--b/c_d"} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		if len(OCIURL(path, url)) > 0 {
			return
		}
		// OCIRepositoryReconciler.parseRepository
		reference, ok := strings.CutPrefix(url, "oci://")
		repository, err := name.NewRepository(reference)
		if !ok || err != nil {
			t.Fatalf("accepted, but upstream: %v", err)
		}
		if strings.Contains(strings.TrimPrefix(reference, repository.RegistryStr()), ":") {
			t.Errorf("accepted, but upstream sees a tag")
		}
	})
}

func TestSourcePath(t *testing.T) {
	for value, ok := range map[string]bool{"": true, "./a/b": true, "/a": true, "../a": false, `.\a`: false, `a\b`: false} {
		if got := len(SourcePath(path, value)) == 0; got != ok {
			t.Errorf("SourcePath(%q) accepts: %v, want %v", value, got, ok)
		}
	}
}
